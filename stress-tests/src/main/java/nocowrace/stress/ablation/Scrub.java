// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.Column;
import nocowrace.model.task.FsInfo;
import nocowrace.model.task.Step;
import nocowrace.model.task.Task;

/** mB8: a second user of ro for whom it is no count: what it clears, is clear. */
final class BooleanScrub extends Task {

    private static final Step<BooleanScrub> U1 = Step.step("U1", "btrfs_inc_block_group_ro",
            scrub -> {
                if (!scrub.group.isReadOnly()) {
                    scrub.fs.space().incReadOnly(scrub.group);
                }
                return scrub.next();
            });

    private static final Step<BooleanScrub> U2 = Step.step("U2", "btrfs_dec_block_group_ro",
            scrub -> {
                if (scrub.group.isReadOnly()) {
                    scrub.fs.space().decReadOnly(scrub.group);
                }
                return scrub.next();
            });

    private static final Column COLUMN = Column.of(U1, U2);

    private final BlockGroup group;

    BooleanScrub(FsInfo fs, BlockGroup group) {
        super(fs, COLUMN);
        this.group = group;
    }
}
