// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import static nocowrace.engine.Row.END;
import static nocowrace.engine.Row.NEXT;
import static nocowrace.engine.Row.asks;
import static nocowrace.engine.Row.awaits;
import static nocowrace.engine.Row.does;

import java.util.List;
import nocowrace.engine.wait.WaitQueue;

/** The example of the package's documentation, where a test compares the two. */
final class ShardHandOff {

    private ShardHandOff() {
    }

    // the example begins here
    // A shard of a search index, before and while it moves to another machine.
    static final class Shard {
        private boolean blocked;    // set by the mover; no indexer may begin after that
        private int permits;        // indexers at work, a count
        private int here;           // documents in the old place, a count
        private int there;          // documents in the new place, once they have been copied
        private boolean switched;   // whether searches go to the new place
        final WaitQueue drained = new WaitQueue();

        synchronized boolean isOpen() {
            return !blocked;
        }

        synchronized boolean acquire() {
            permits += blocked ? 0 : 1;
            return !blocked;
        }

        synchronized boolean release() {
            permits--;
            return permits == 0;
        }

        synchronized boolean isDrained() {
            return permits == 0;
        }

        synchronized void block() {
            blocked = true;
        }

        synchronized void index() {
            here++;
        }

        synchronized void copy() {
            there = here;
        }

        synchronized void switchOver() {
            switched = true;
        }

        synchronized int found() {
            return switched ? there : here;
        }
    }

    // Adds a document.
    static final class Indexer extends Task {
        static final Table<Indexer> TABLE = new Table<>();

        static final Step<Indexer> I1 = TABLE.entry("I1",
                asks("", "isOpen", indexer -> indexer.shard.isOpen(), NEXT, END));
        static final Step<Indexer> I2 = TABLE.entry("I2",
                asks("", "acquire", indexer -> indexer.shard.acquire(), NEXT, END));
        static final Step<Indexer> I3 = TABLE.entry("I3", does("", "index", Indexer::index));
        static final Step<Indexer> I4 = TABLE.entry("I4",
                asks("", "release", indexer -> indexer.shard.release(), "signal", NEXT),
                does("signal", "signalAll", indexer -> indexer.shard.drained.wakeAll()));

        static {
            TABLE.resolve();
        }

        final Shard shard;
        boolean acknowledged;

        Indexer(World world, Columns columns, Shard shard) {
            super(world, columns.get("indexer"));
            this.shard = shard;
        }

        void index() {
            shard.index();
            acknowledged = true;
            note("written here, and acknowledged");
        }
    }

    // Moves the shard.
    static final class Mover extends Task {
        static final Table<Mover> TABLE = new Table<>();

        static final Step<Mover> M1 = TABLE.entry("M1",
                does("", "block", mover -> mover.shard.block()));
        static final Step<Mover> M2 = TABLE.entry("M2",
                awaits("", "awaitDrained", mover -> mover.shard.drained,
                        mover -> mover.shard.isDrained()));
        static final Step<Mover> M3 = TABLE.entry("M3",
                does("", "copy", mover -> mover.shard.copy()));
        static final Step<Mover> M4 = TABLE.entry("M4",
                does("", "switchOver", mover -> mover.shard.switchOver()));

        static {
            TABLE.resolve();
        }

        final Shard shard;

        Mover(World world, Columns columns, Shard shard) {
            super(world, columns.get("mover"));
            this.shard = shard;
        }
    }

    // Tests the flag, and no more.
    static final Columns FLAG = Columns.NONE
            .with("indexer", Indexer.TABLE.column("I1 I3"))
            .with("mover", Mover.TABLE.column("M1 M3 M4"));

    // Takes a permit, and the mover waits until all are given back.
    static final Columns PERMITS = FLAG.change()
            .insert(Indexer.I2).after(Indexer.I1)
            .insert(Indexer.I4).after(Indexer.I3)
            .insert(Mover.M2).after(Mover.M1).columns();

    // One indexer and one mover.
    record HandOff(World world, Shard shard, Mover mover, Indexer indexer) implements Model {

        static HandOff of(Columns columns) {
            World world = new World();
            Shard shard = new Shard();
            return new HandOff(world, shard, new Mover(world, columns, shard),
                    new Indexer(world, columns, shard));
        }

        public List<Task> tasks() {
            return List.of(mover, indexer);
        }

        public String outcome() {
            if (mover.at() != null || indexer.at() != null) {
                return "HUNG";
            }
            return !indexer.acknowledged ? "REFUSED" : shard.found() == 1 ? "KEPT" : "LOST";
        }

        public String outcomeWithoutEnd(boolean hung) {
            return hung ? "HUNG" : "ERROR";
        }

        public int victim() {
            return outcome().equals("LOST") ? 1 : -1;
        }
    }
    // the example ends here
}
