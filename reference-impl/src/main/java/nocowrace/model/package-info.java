// SPDX-License-Identifier: Apache-2.0
/**
 * The protocol page: relocation of a btrfs block group against writes to it, as tasks made of named
 * steps. Every other file speaks of the steps by these labels.
 *
 * <h2>The columns</h2>
 * X is the block group being relocated. [4.6] is in Linux 4.6 only, [parent] came with the parent
 * of the fix, [fix] with f78c436c3931 (Linux 4.7); the rest is common.
 * {@link nocowrace.model.Protocol} says which protocol takes which steps, and in which order: each
 * is a change of the one before. Since 2022 W6 and B10 look nothing up: these are W6h and B10h.
 * {@link nocowrace.engine} says what steps, rows and tasks are.
 * <pre>
 * CPU 1: Relocation                         CPU 2: DirectWrite, in place
 * R0  the mutex of relocation               W1  lock the range; wait out ordered extents
 * R1  X read-only: ro++                         and dirty pages over it
 * R2  make the reloc inode                  W2  cached extent map, else file tree
 * F1  write back dirty pages       [4.6]    W3  may write in place? item, ro (no lock),
 * R3  drain groups_sem, wait until              other references, checksums
 *     reservations are 0        [parent]    W4  enter X's guard, or refuse      [fix]
 * R4  wait until nocow writers              W5  ordered extent: inode's, everybody's
 *     are 0                        [fix]    W6  leave the guard; at 0 wake R4   [fix]
 * R5  wait for the ordered extents          W7  booked space: map shows it written
 *     over X that are listed now            W8  unlock the range
 * R6  find the extents; for each            W9  submit the bio: map the address
 *     book a new place, read                W10 bytes reach the device; end of I/O
 * R7  write what was read; checksums        W11 booked space: mark written, checksums;
 * R8  drop the pages                            then complete, unlist, wake
 * R9  find what is still in X; for
 *     each switch the pointer, lock         CPU 2: to new space
 *     the range, drop the map, free         C1  refused or not in place: whole length
 *     the old place                         C2  down_read(groups_sem)
 * R10 again, until R9 finds nothing         C3  book space in a writable group
 * R11 drop the reloc inode, remove X;       C4  reservations++                  [parent]
 *     ro stays; unlock the mutex            C5  up_read(groups_sem)
 *                                           C6  ordered extent, as W5
 * CPU 2: BufferedWrite                      C7  reservations--; at 0 wake R3    [parent]
 * B1  lock pages and range, wait out        C8  cached map shows the new place
 *     ordered extents, make dirty           C9  unlock the range (direct)
 * B2  lock dirty pages and the range        C10 submit; C11 end of I/O (direct)
 * B3  read the item                         C12 record the new place, checksums;
 * B4  ro (no lock)                              complete, unlist, wake (direct)
 * B5  other references, checksums
 * B6  as W4                        [fix]    others
 * B7  first C2..C8 for the blocks           D1..D4 Read: lock as W1, map, disk, unlock
 *     before that go to new space           L1..L3 Reflink: lock as W1, share, unlock
 * B8  as W7; B9 as W5                       N1..N3 Create: sets the scene, under the
 * B10 as W6                        [fix]           mutex of relocation
 * B11 next extent; at the end take          Q1     Sequence: one task after another
 *     the pages out, unlock both            S1 S2  Settle: lock as W1, unlock
 * B12 submit, end of I/O; B13 as W11, C12
 * </pre>
 * A wait is three steps: enqueue, look, sleep; a look before the first enqueue spares them where
 * there is nothing to wait for. A task may call another, whose steps are then taken on the same
 * CPU: F1, W1 and L1 call a write-back.
 *
 * <h2>The loss, before the fix</h2>
 * <pre>
 * CPU 1                                     CPU 2
 *                                           W3  may write in place: yes, X is writable
 * R1  X turns read-only
 * R3  nobody has reserved anything in X
 * R5  no ordered extent over X is listed
 * R6  the old bytes are copied
 *                                           W5  the ordered extent, too late
 *                                           W10 the new bytes stand in X
 *                                           W11 the write is acknowledged
 * R7  the old bytes stand at the new place
 * R9  the file points to the new place  --&gt; the acknowledged bytes are LOST
 * </pre>
 * As code:
 * <pre>{@code
 * FileSystem fs = new FileSystem(Protocol.BEFORE_FIX, 2, 16);  // 2 block groups of 16 sectors
 * Inode file = fs.createNodatacow(4096, 1);                    // every sector has stamp 1
 * Relocation relocation = fs.relocation(fs.blockGroup(0));
 * DirectWrite write = fs.directWrite(file, 0, 4096, 2);        // stamp 2
 * new Replay(relocation, write)
 *         .run("W1 W2 W3  R0 R1 R2 R3 R5 R6  W5 W7 W8 W9 W10 W11")
 *         .finish(relocation);
 * assert write.error() == null && fs.read(file, 0) == 1;       // acknowledged, and lost
 *
 * fs = new FileSystem(Protocol.AFTER_FIX, 2, 16);              // from any threads:
 * file = fs.createNodatacow(4096, 1);
 * fs.write(file, 0, 4096, 2);
 * fs.relocate(fs.blockGroup(0));
 * assert fs.read(file, 0) == 2 && fs.check() == null;
 * }</pre>
 *
 * <h2>Pairings and invariants</h2>
 * <dl>
 * <dt>W4, B6 with R1: one lock, bg.lock
 * <dd>I1: after R1 no nocow writer enters. Each side writes one thing and reads the other's (store
 *     buffering); the lock forbids that both read the old value.
 * <dt>W6, B10 with R4: the count's last decrement, then the wake-up
 * <dd>I2: R4 goes on only when each writer that had entered before R1 has left.
 * <dt>W5 before W6, R4 before R5: publish, then drain (message passing); likewise B9 and B10
 * <dd>I3: the snapshot of R5 contains the ordered extent of every writer that W4 let in.
 * <dt>W11 with R5: COMPLETE, after the end of I/O and after the change of the trees
 * <dd>I4: when R6 reads an extent, no incomplete ordered extent lies over it.
 * <dt>C3 with R1: one lock, bg.lock; C4 inside groups_sem, whose write side R3 takes
 * <dd>I5: the same for writers that take new space in X, by a count that comes after the test.
 * <dt>F1 with B2: the page locks, held to B11
 * <dd>I6: in Linux 4.6, the same for every write-back, by accident.
 * <dt>R9 with W1, D1, B2: the range lock
 * <dd>I7: no stale cached map outlives R9, and the old place outlives the map. W4 tests the group
 * of
 *     the place that will be written, which the map gives.
 * <dt>R6 to R11: the reloc inode refers to the new places
 * <dd>I8: no write goes in place at a new place before relocation has moved all who share it.
 * </dl>
 * At rest every count is 0, every group has one reference, nothing is locked, no map is stale,
 * every file block lies where the extent tree says, exactly the recorded sectors are booked, and
 * what they hold matches their checksums: {@link nocowrace.model.FileSystem#check}.
 *
 * <h2>Lock order</h2>
 * Across steps: mutex of relocation; page locks, range lock, groups_sem. Whoever waits for an
 * ordered extent holds none of the last three. Relocation waits in R3, R4 and R5 with the mutex
 * alone. Within a step: a file's recorded extents, extent trees by rising address, then {@code
 * sinfo.lock}, {@code bg.lock}; the look-up of groups, checksums, lists of ordered extents and wait
 * queues are leaves. What changes several trees holds their locks to its end.
 *
 * <h2>Names</h2>
 * <table>
 * <caption>Names here and in the kernel</caption>
 * <tr><th>here<th>kernel (fs/btrfs, v4.7)
 * <tr><td>BlockGroup, its monitor<td>btrfs_block_group_cache, lock
 * <tr><td>BlockGroups<td>block_group_cache_tree and lock; the chunk map
 * <tr><td>SpaceInfo, its monitor, groupsSem<td>btrfs_space_info, lock, groups_sem
 * <tr><td>NocowWriters.enter, leave; R4<td>btrfs_inc_, _dec_, _wait_nocow_writers
 * <tr><td>Reservations; R3<td>btrfs_inc_, _dec_, _wait_block_group_reservations
 * <tr><td>OrderedExtents, InodeOrderedExtents<td>root-&gt;ordered_extents, the inode's ordered_tree
 * <tr><td>Inode.recorded, Inode.cached<td>file extent items, extent_map_tree
 * <tr><td>ExtentTree, CsumTree<td>extent items and data back references, csum items
 * <tr><td>RelocInode<td>the reloc inode, its pages and extents
 * <tr><td>IoTree<td>extent_io_tree, lock_extent(); page locks
 * <tr><td>PageCache<td>dirty pages and EXTENT_DELALLOC
 * <tr><td>WaitQueue, Waiter.schedule<td>wait_queue_head_t, prepare_to_wait(), schedule()
 * <tr><td>RunQueue<td>rq-&gt;nr_running
 * </table>
 *
 * <h2>Not modelled</h2>
 * That the direct path of the fix's own tree forgets C7 if C6 fails (mended soon after); that
 * relocation cannot turn a group read-only for want of space; that an extent without a copy forces
 * the whole file system read-only (here only the relocation fails); that a direct write over a
 * cached page becomes a buffered one (here the page is written back first); that Linux 4.6 may have
 * filled the cached map before the ordered extent. Metadata block groups, quotas, compression,
 * zoned devices, swap files, device replace, crash recovery. Transactions: what the kernel does in
 * one is one step, the commit root is the current one, and no commit waits for the handle that
 * write-back holds from B2 to B11; relocation may so copy between B9 and B11, where the kernel's
 * waits. The no-snapshot count. Clean pages: a page leaves the cache when its place is fixed.
 * Extents that live on because a part of them is referred to: an extent is a run of blocks. Of the
 * two ways in which R9 meets a leaf only the one by the reloc tree, where the switch comes before
 * the range lock. The reloc inode's own write-back, which is a nocow writer in the group that it
 * writes to: R6 and R7 book and write directly; the mutex keeps other relocations away, and nothing
 * else seals a group.
 */
package nocowrace.model;
