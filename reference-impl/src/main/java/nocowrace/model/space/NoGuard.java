// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space;

/** The state of things before the fix: nobody is counted, nobody is refused. */
public final class NoGuard implements NocowGuard {

    /** There is nothing to keep, so one serves all block groups. */
    public static final NoGuard INSTANCE = new NoGuard();

    private NoGuard() {
    }

    @Override
    public Ticket enter(Ticket last) {
        return Ticket.Word.COUNTED;
    }

    @Override
    public boolean leave(Ticket ticket) {
        return false;
    }

    @Override
    public boolean isDrained() {
        return true;
    }
}
