// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import nocowrace.engine.Step;
import nocowrace.engine.ablate.Ablation;
import nocowrace.model.Protocol;
import nocowrace.model.task.BufferedWrite;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.NocowSection;
import nocowrace.model.task.Write;
import nocowrace.stress.scenario.Race;
import nocowrace.stress.scenario.Scenario;

/** A form of the fix, and what is taken out of it. */
final class Form {

    /** Acknowledged bytes are missing. */
    static final String LOST = "LOST";
    /** A task never ends. */
    static final String HUNG = "HUNG";
    /** A count, reference or ro is stuck. */
    static final String LEAK = "LEAK";
    /** Bytes of another file are overwritten. */
    static final String CORRUPT = "CORRUPT";
    /** An operation fails, or meets a state that cannot be. */
    static final String ERROR = "ERROR";

    private final Protocol protocol;
    private final List<Ablation<Protocol, Race>> ablations = new ArrayList<>();

    Form(Protocol protocol) {
        this.protocol = protocol;
    }

    /** The ablations that were added, in order. */
    List<Ablation<Protocol, Race>> ablations() {
        return ablations;
    }

    /** Begins a protocol from which several ablations are made. */
    Protocol.Change change(String name) {
        return protocol.change(name);
    }

    // ---- its steps ----

    /** Whether W4 hands the group out, so that W6 looks nothing up and owes one reference less. */
    boolean isHeld() {
        return protocol.column(Protocol.DIRECT_WRITE).lists(DirectWrite.W6_HELD);
    }

    Step<Write> w6() {
        return isHeld() ? DirectWrite.W6_HELD : DirectWrite.W6;
    }

    /** The step of W6 that leaves the guard; the others put references and wake. */
    Step<Write> w6Leave() {
        return isHeld() ? w6() : w6().part("leave");
    }

    Step<Write> b10() {
        return isHeld() ? BufferedWrite.B10_HELD : BufferedWrite.B10;
    }

    /** Makes another entry like W6; as there, that of 2022 has an h behind its label. */
    Step<Write> leave(String label) {
        return isHeld() ? NocowSection.endHeld(label + "h") : NocowSection.end(label);
    }

    /** Adds a branch to each column of a write. */
    static Protocol.Change branchOfWrites(Protocol.Change change, Step<?>... steps) {
        return change.branch(Protocol.DIRECT_WRITE, steps)
                .branch(Protocol.BUFFERED_WRITE, steps).branch(Protocol.WRITEBACK, steps);
    }

    // ---- its ablations ----

    /** Adds one that fails, in a race. */
    Form fails(String id, String phrase, String expected, UnaryOperator<Protocol.Change> edits,
            Function<Protocol, Race> race, String why) {
        return fails(protocol, id, phrase, expected, edits, race, why);
    }

    /** Adds one that fails, and that begins with another protocol. */
    Form fails(Protocol from, String id, String phrase, String expected,
            UnaryOperator<Protocol.Change> edits, Function<Protocol, Race> race, String why) {
        ablations.add(new Ablation<>(id, phrase, expected, edits.apply(from.change(id)).done(),
                List.of(race), why));
        return this;
    }

    /** Adds one in which not the form is changed, but what it meets in a race. */
    Form meets(String id, String phrase, String expected, Function<Protocol, Race> race,
            String why) {
        ablations.add(new Ablation<>(id, phrase, expected,
                new Protocol(id, protocol.columns(), protocol.guard()), List.of(race), why));
        return this;
    }

    /** Adds one that is as good as the fix, in all races of the table and those with faults. */
    Form equivalent(String id, String phrase, UnaryOperator<Protocol.Change> edits, String why) {
        return equivalent(protocol, id, phrase, edits, why);
    }

    /** Adds one that is as good as the fix, and that begins with another protocol. */
    Form equivalent(Protocol from, String id, String phrase,
            UnaryOperator<Protocol.Change> edits, String why) {
        ablations.add(new Ablation<>(id, phrase, Ablation.EQUIVALENT,
                edits.apply(from.change(id)).done(), everywhere(), why));
        return this;
    }

    /** Adds one that is as good as the fix, in a race of its own. */
    Form equivalent(String id, String phrase, UnaryOperator<Protocol.Change> edits,
            Function<Protocol, Race> race, String why) {
        ablations.add(new Ablation<>(id, phrase, Ablation.EQUIVALENT,
                edits.apply(protocol.change(id)).done(), List.of(race), why));
        return this;
    }

    private static List<Function<Protocol, Race>> everywhere() {
        List<Function<Protocol, Race>> races = new ArrayList<>();
        Scenario.TABLE.forEach(scenario -> races.add(scenario::start));
        races.addAll(Races.withFaults());
        return races;
    }
}
