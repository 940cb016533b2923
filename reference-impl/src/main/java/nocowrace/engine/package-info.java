// SPDX-License-Identifier: Apache-2.0
/**
 * Concurrent code as named steps, and the engines that take them: on real threads, in a given
 * order, and in every order. It depends on the JDK alone.
 *
 * <h2>The parts</h2>
 * <ul>
 * <li>A {@link nocowrace.engine.Step} is one critical section. Steps are made from
 *     {@linkplain nocowrace.engine.Row rows}, which say what a step does and which row comes next.
 *     A {@link nocowrace.engine.Table} holds the rows of one kind of task.
 * <li>A {@link nocowrace.engine.Task} takes the steps of a {@link nocowrace.engine.Column}, one
 *     after the other. {@link nocowrace.engine.Columns} are one state of the code: a column for
 *     each kind of task. Another state is made from it by {@linkplain nocowrace.engine.Edits
 *     edits}.
 * <li>A {@link nocowrace.engine.Model} is one sample: some tasks, and what came of them.
 * <li>Engine 1, {@link nocowrace.engine.run.Threads}, runs the tasks on threads. Engine 2,
 *     {@link nocowrace.engine.replay.Replay}, takes the steps in a given order. Engine 3,
 *     {@link nocowrace.engine.explore.Explorer}, takes them in every order, and gives all outcomes
 *     with a shortest order for each.
 * <li>A {@link nocowrace.engine.diagram.Diagram} draws an order. An
 *     {@link nocowrace.engine.ablate.Ablation} is a change that must fail, or that must be
 *     harmless.
 * <li>Tasks wait in {@linkplain nocowrace.engine.wait.WaitQueue queues}: enqueue, look again, sleep
 *     until woken. A wake-up that is missing is a hang, and the engines see it.
 * </ul>
 *
 * <h2>Example: a shard moves to another machine</h2>
 * Indexers add documents to a shard of a search index. A mover blocks the shard, copies it, and
 * then lets searches go to the copy. If an indexer only tests the flag, a document can be written
 * and acknowledged after the copy was made: it is lost. If it takes a permit, and the mover waits
 * until all permits are given back, it is not.
 *
 * <pre>{@code
 * // A shard of a search index, before and while it moves to another machine.
 * static final class Shard {
 *     private boolean blocked;    // set by the mover; no indexer may begin after that
 *     private int permits;        // indexers at work, a count
 *     private int here;           // documents in the old place, a count
 *     private int there;          // documents in the new place, once they have been copied
 *     private boolean switched;   // whether searches go to the new place
 *     final WaitQueue drained = new WaitQueue();
 *
 *     synchronized boolean isOpen() {
 *         return !blocked;
 *     }
 *
 *     synchronized boolean acquire() {
 *         permits += blocked ? 0 : 1;
 *         return !blocked;
 *     }
 *
 *     synchronized boolean release() {
 *         permits--;
 *         return permits == 0;
 *     }
 *
 *     synchronized boolean isDrained() {
 *         return permits == 0;
 *     }
 *
 *     synchronized void block() {
 *         blocked = true;
 *     }
 *
 *     synchronized void index() {
 *         here++;
 *     }
 *
 *     synchronized void copy() {
 *         there = here;
 *     }
 *
 *     synchronized void switchOver() {
 *         switched = true;
 *     }
 *
 *     synchronized int found() {
 *         return switched ? there : here;
 *     }
 * }
 *
 * // Adds a document.
 * static final class Indexer extends Task {
 *     static final Table<Indexer> TABLE = new Table<>();
 *
 *     static final Step<Indexer> I1 = TABLE.entry("I1",
 *             asks("", "isOpen", indexer -> indexer.shard.isOpen(), NEXT, END));
 *     static final Step<Indexer> I2 = TABLE.entry("I2",
 *             asks("", "acquire", indexer -> indexer.shard.acquire(), NEXT, END));
 *     static final Step<Indexer> I3 = TABLE.entry("I3", does("", "index", Indexer::index));
 *     static final Step<Indexer> I4 = TABLE.entry("I4",
 *             asks("", "release", indexer -> indexer.shard.release(), "signal", NEXT),
 *             does("signal", "signalAll", indexer -> indexer.shard.drained.wakeAll()));
 *
 *     static {
 *         TABLE.resolve();
 *     }
 *
 *     final Shard shard;
 *     boolean acknowledged;
 *
 *     Indexer(World world, Columns columns, Shard shard) {
 *         super(world, columns.get("indexer"));
 *         this.shard = shard;
 *     }
 *
 *     void index() {
 *         shard.index();
 *         acknowledged = true;
 *         note("written here, and acknowledged");
 *     }
 * }
 *
 * // Moves the shard.
 * static final class Mover extends Task {
 *     static final Table<Mover> TABLE = new Table<>();
 *
 *     static final Step<Mover> M1 = TABLE.entry("M1",
 *             does("", "block", mover -> mover.shard.block()));
 *     static final Step<Mover> M2 = TABLE.entry("M2",
 *             awaits("", "awaitDrained", mover -> mover.shard.drained,
 *                     mover -> mover.shard.isDrained()));
 *     static final Step<Mover> M3 = TABLE.entry("M3",
 *             does("", "copy", mover -> mover.shard.copy()));
 *     static final Step<Mover> M4 = TABLE.entry("M4",
 *             does("", "switchOver", mover -> mover.shard.switchOver()));
 *
 *     static {
 *         TABLE.resolve();
 *     }
 *
 *     final Shard shard;
 *
 *     Mover(World world, Columns columns, Shard shard) {
 *         super(world, columns.get("mover"));
 *         this.shard = shard;
 *     }
 * }
 *
 * // Tests the flag, and no more.
 * static final Columns FLAG = Columns.NONE
 *         .with("indexer", Indexer.TABLE.column("I1 I3"))
 *         .with("mover", Mover.TABLE.column("M1 M3 M4"));
 *
 * // Takes a permit, and the mover waits until all are given back.
 * static final Columns PERMITS = FLAG.change()
 *         .insert(Indexer.I2).after(Indexer.I1)
 *         .insert(Indexer.I4).after(Indexer.I3)
 *         .insert(Mover.M2).after(Mover.M1).columns();
 *
 * // One indexer and one mover.
 * record HandOff(World world, Shard shard, Mover mover, Indexer indexer) implements Model {
 *
 *     static HandOff of(Columns columns) {
 *         World world = new World();
 *         Shard shard = new Shard();
 *         return new HandOff(world, shard, new Mover(world, columns, shard),
 *                 new Indexer(world, columns, shard));
 *     }
 *
 *     public List<Task> tasks() {
 *         return List.of(mover, indexer);
 *     }
 *
 *     public String outcome() {
 *         if (mover.at() != null || indexer.at() != null) {
 *             return "HUNG";
 *         }
 *         return !indexer.acknowledged ? "REFUSED" : shard.found() == 1 ? "KEPT" : "LOST";
 *     }
 *
 *     public String outcomeWithoutEnd(boolean hung) {
 *         return hung ? "HUNG" : "ERROR";
 *     }
 *
 *     public int victim() {
 *         return outcome().equals("LOST") ? 1 : -1;
 *     }
 * }
 * }</pre>
 *
 * That is the model. The code below finds the loss, proves the cure, and shows that the cure needs
 * the wait:
 *
 * <pre>{@code
 * Explorer.Result flag = Explorer.explore(() -> HandOff.of(FLAG), 1000);
 * flag.outcomes().get("LOST");                       // a shortest order of steps that loses
 * Explorer.Result permits = Explorer.explore(() -> HandOff.of(PERMITS), 1000);
 * permits.outcomes().keySet();                       // [KEPT, REFUSED]: every order was tried
 * Columns without = PERMITS.change().remove(Mover.M2).columns();
 * Explorer.explore(() -> HandOff.of(without), 1000); // LOST again
 * Threads.run(HandOff.of(PERMITS), Duration.ofSeconds(10));
 * }</pre>
 */
package nocowrace.engine;
