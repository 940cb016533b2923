// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space.candidate;

import java.util.function.Function;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;

/**
 * The guards that no kernel has. Protocols, ablations, tests, benchmarks and reports take their
 * lists from here.
 */
public enum Candidate {

    /** The ro bit and the count in one word. */
    WORD("single-word", "one word: the count and the closed flag in one atomic word",
            group -> new SingleWord(group)),

    /** A slot per writer instead of a count. */
    SLOTS("writer-slots", "a slot per writer; a leaving writer wakes the relocation",
            group -> new WriterSlots(group));

    private final String id;
    private final String meaning;
    private final Function<BlockGroup, NocowGuard> maker;

    Candidate(String id, String meaning, Function<BlockGroup, NocowGuard> maker) {
        this.id = id;
        this.meaning = meaning;
        this.maker = maker;
    }

    /**
     * The name of the protocol that has this guard.
     *
     * @return lower case, with hyphens
     */
    public String id() {
        return id;
    }

    /**
     * What it is.
     *
     * @return a few words
     */
    public String meaning() {
        return meaning;
    }

    /**
     * What makes one for a block group.
     *
     * @return the same object each time
     */
    public Function<BlockGroup, NocowGuard> maker() {
        return maker;
    }
}
