// SPDX-License-Identifier: Apache-2.0
/**
 * The fix with one thing taken out or misplaced, and what that costs: each line of the fix that
 * bears load is missed once, and each change that only looks dangerous is shown to be harmless.
 *
 * <p>An ablation edits the columns of a form of the fix or exchanges its guard; the model itself
 * knows of none. A to L, by subject, are changes of the fix as it came, {@link
 * nocowrace.model.Protocol#AFTER_FIX}; those of the columns are made in each of {@link
 * nocowrace.model.Protocol#laterForms} too, and reach the same there. W, S and P are changes of the
 * guards that no kernel has: the single word, the writer slots, and slots that are left without a
 * fence. In these a guard's enter and leave are taken apart, since the explorer takes a step whole.
 *
 * <p>Those that fail have a race in which they do, those that are equivalent are held against the
 * truth table and against races with injected faults, or where that could show nothing (mB8c, mH5)
 * against one of their own. Steps of their own have labels with a word after that of the step by
 * which they stand (W4test).
 *
 * <p>Exploration takes steps whole and one after another, so of memory order (mL1 to mL3) it says
 * nothing, and stress is the only witness.
 *
 * <h2>Not ablated</h2>
 * <dl>
 * <dt>mJ2, W6 looks X up and nothing keeps it
 * <dd>X cannot go before W6: R9 needs the range, which the writer holds to W8.
 * <dt>mF5, new passes without new waits
 * <dd>R10 of the model is just that; it holds because ro stays set.
 * <dt>mG6, the splice of the list without its mutex
 * <dd>The model's list of ordered extents is not spliced; there is one waiter at a time (R0).
 * <dt>mH6, the reloc inode goes to new space
 * <dd>R6 and R7 book and write directly, without a write of their own.
 * <dt>mK3, without the commit
 * <dd>What a transaction does is one step; the commit root is the current one.
 * <dt>an address of a group given out again, for the slots
 * <dd>A writer between its look and its announcement keeps its range, and so the group, as in mJ1t.
 * <dt>a wake-up in any case, for the other guards
 * <dd>That is mE5w in their forms.
 * </dl>
 */
package nocowrace.stress.ablation;
