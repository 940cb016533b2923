// SPDX-License-Identifier: Apache-2.0
/**
 * The protocol page: relocation of a btrfs block group against writes to it, as tasks made of named
 * steps. Every other file speaks of the steps by these labels.
 *
 * <h2>The columns</h2>
 * X is the block group being relocated. Steps marked 4.6 are in all three protocols; those marked
 * [parent] came with the parent of the fix, and those marked [fix] with f78c436c3931 (Linux 4.7).
 * {@link nocowrace.model.Protocol} says which protocol takes which steps, and in which order.
 * <pre>
 * CPU 1: Relocation                          CPU 2: DirectWrite, in place
 * R1  X read-only: ro++                      W1  lock the range; wait out overlapping
 * R2  make the reloc inode                       ordered extents
 * R3  drain groups_sem, wait until           W2  cached extent map, else file tree
 *     reservations are 0        [parent]     W3  may write in place? item, ro (no lock),
 * R4  wait until nocow writers                   other references
 *     are 0                     [fix]        W4  enter X's guard, or refuse      [fix]
 * R5  wait for the ordered extents           W5  ordered extent: inode's, then everybody's
 *     over X that are listed now             W6  leave the guard; at 0 wake R4   [fix]
 * R6  find the extents; for each             W8  unlock the range
 *     book a new place, read                 W9  submit the bio: map the address
 * R7  write what was read                    W10 bytes reach the device; end of I/O
 * R8  drop the pages                         W11 complete, unlist, wake
 * R9  find what is still in X; for
 *     each switch the pointer, then          CPU 2: to new space
 *     lock the range, drop the map           C1  refused or not in place: whole length
 * R10 again, until R9 finds nothing          C2  down_read(groups_sem)
 * R11 remove X; ro stays                     C3  book space in a writable group
 *                                            C4  reservations++                  [parent]
 *                                            C5  up_read(groups_sem)
 *                                            C6  ordered extent, as W5
 *                                            C7  reservations--; at 0 wake R3    [parent]
 *                                            C8  cached map shows the new place
 *                                            C9  unlock the range
 *                                            C10 submit; C11 end of I/O
 *                                            C12 record the new place; complete,
 *                                                unlist, wake
 * </pre>
 * W7 and the column B (buffered writes) are in the kernel and not here yet. A wait is three steps:
 * enqueue, look, sleep; a look before the first enqueue spares them where there is nothing to wait
 * for.
 *
 * <h2>The loss, before the fix</h2>
 * <pre>
 * CPU 1                                      CPU 2
 *                                            W3  may write in place: yes, X is writable
 * R1  X turns read-only
 * R3  nobody has reserved anything in X
 * R5  no ordered extent over X is listed
 * R6  the old bytes are copied
 *                                            W5  the ordered extent, too late
 *                                            W10 the new bytes stand in X
 *                                            W11 the write is acknowledged
 * R7  the old bytes stand at the new place
 * R9  the file points to the new place   --&gt; the acknowledged bytes are LOST
 * </pre>
 *
 * <h2>Pairings and invariants</h2>
 * <dl>
 * <dt>W4 with R1: one lock, bg.lock
 * <dd>I1: after R1 no nocow writer enters. Each side writes one thing and reads the other's (store
 *     buffering); the lock forbids that both read the old value.
 * <dt>W6 with R4: the count's last decrement, then the wake-up
 * <dd>I2: R4 goes on only when each writer that had entered before R1 has left.
 * <dt>W5 before W6, R4 before R5: publish, then drain (message passing)
 * <dd>I3: the snapshot of R5 contains the ordered extent of every writer that W4 let in.
 * <dt>W11 with R5: COMPLETE, after the end of I/O and after the change of the trees
 * <dd>I4: when R6 reads an extent, no incomplete ordered extent lies over it.
 * <dt>C3 with R1: one lock, bg.lock; C4 inside groups_sem, whose write side R3 takes
 * <dd>I5: the same for writers that take new space in X, by a count that comes after the test.
 * <dt>W1 with R9: the range lock
 * <dd>I6: no stale cached map outlives R9. W4 tests the group of the place that will be written,
 *     which the map gives; a stale map leads to X, which is read-only or gone.
 * </dl>
 * At rest every count is 0, every group has one reference, nothing is locked, and exactly the
 * recorded sectors are booked.
 *
 * <h2>Lock order</h2>
 * Across steps: range lock, then groups_sem. A task that waits in W1 for an ordered extent holds
 * neither. Relocation waits in R3, R4 and R5 holding nothing. Within a step: recorded file extents,
 * extent tree, then {@code sinfo.lock}, {@code bg.lock}; the lookup of groups, the lists of ordered
 * extents and the wait queues are leaves.
 *
 * <h2>Names</h2>
 * <table>
 * <caption>Names here and in the kernel</caption>
 * <tr><th>here<th>kernel (fs/btrfs, v4.7)
 * <tr><td>BlockGroup, its monitor<td>btrfs_block_group_cache, lock
 * <tr><td>BlockGroups<td>block_group_cache_tree and lock; the chunk map
 * <tr><td>SpaceInfo, its monitor, groupsSem<td>btrfs_space_info, lock, groups_sem
 * <tr><td>NocowWriters.tryEnter, leave; R4<td>btrfs_inc_, _dec_, _wait_nocow_writers
 * <tr><td>Reservations; R3<td>btrfs_inc_, _dec_, _wait_block_group_reservations
 * <tr><td>OrderedExtents, InodeOrderedExtents<td>root-&gt;ordered_extents, the inode's ordered_tree
 * <tr><td>Inode.recorded, Inode.cached<td>file extent items, extent_map_tree
 * <tr><td>ExtentTree<td>extent items and data back references
 * <tr><td>IoTree<td>extent_io_tree, lock_extent()
 * <tr><td>WaitQueue, Waiter.schedule<td>wait_queue_head_t, prepare_to_wait(), schedule()
 * <tr><td>RunQueue<td>rq-&gt;nr_running
 * </table>
 *
 * <h2>Not modelled</h2>
 * Buffered writes, preallocated extents, shared extents, checksums and reuse of removed space, all of
 * them only not yet. Further: metadata block groups, quotas, compression, zoned devices, swap files,
 * device replace, crash recovery. Transactions: what the kernel does in one is one step, and the
 * commit root is the current one. Extents that live on because a part of them is referred to: one
 * extent is a run of blocks. The reloc inode's own write-back, which is a nocow writer in the group
 * that it writes to: R6 and R7 book and write directly, so two relocations want to be run one after
 * the other, as the kernel's mutex has it.
 */
package nocowrace.model;
