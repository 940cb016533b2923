// SPDX-License-Identifier: Apache-2.0
(function () {
  'use strict';

  /** Opens what a link of this page leads to. */
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.substring(1)));
    for (let e = target; e; e = e.parentElement) {
      if (e.tagName === 'DETAILS') {
        e.open = true;
      }
    }
    if (target) {
      target.scrollIntoView();
    }
  }

  /** For pages from a disk in some browsers, and for permissions that were refused. */
  function copySelected(code) {
    const range = document.createRange();
    range.selectNodeContents(code);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand('copy');
  }

  function copy(code) {
    return navigator.clipboard
        ? navigator.clipboard.writeText(code.textContent)
            .then(() => true, () => copySelected(code))
        : Promise.resolve(copySelected(code));
  }

  for (const button of document.querySelectorAll('button.copy')) {
    const code = button.parentElement.querySelector('code');
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener('click', () => copy(code).catch(() => false).then(copied => {
      button.textContent = copied ? 'Copied' : 'Selected: press Ctrl+C';
      setTimeout(() => { button.textContent = label; }, 3000);
    }));
  }
  addEventListener('hashchange', reveal);
  if (location.hash) {
    reveal();
  }
}());
