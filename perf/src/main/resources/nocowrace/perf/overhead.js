'use strict';
for (const table of document.querySelectorAll('table.sortable')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.querySelector('button')?.addEventListener('click', () => {
    const up = head.getAttribute('aria-sort') !== 'ascending';
    heads.filter(other => other.hasAttribute('aria-sort'))
        .forEach(other => other.setAttribute('aria-sort', 'none'));
    head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    const key = row => row.cells[column].dataset.sort;
    const order = (a, b) => {
      if (key(a) === '' || key(b) === '') { // a cell without a value comes last
        return (key(a) === '') - (key(b) === '');
      }
      const difference = isNaN(key(a)) || isNaN(key(b))
          ? key(a).localeCompare(key(b), 'en', {numeric: true}) : key(a) - key(b);
      return up ? difference : -difference;
    };
    table.tBodies[0].append(...[...table.tBodies[0].rows].sort(order));
  }));
}
for (const button of document.querySelectorAll('button.copy')) {
  button.addEventListener('click', async () => {
    const code = button.parentElement.querySelector('code');
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = 'Copied';
    } catch (e) { // a browser that does not allow it
      button.parentElement.querySelector('details').open = true;
      getSelection().selectAllChildren(code);
      button.textContent = 'Selected; now copy it';
    }
  });
}
