// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.FsInfo;
import nocowrace.model.task.FsTask;

/**
 * A second user of ro: seals a group and unseals it. By the rules it counts; for mB8 ro is no
 * count, and what it clears is clear. Kernel: scrub_enumerate_chunks(), fs/btrfs/scrub.c.
 */
final class Scrub extends FsTask {

    private static final Step<Scrub> U1 = Step.step("U1", "btrfs_inc_block_group_ro", scrub -> {
        if (scrub.counts || !scrub.group.isReadOnly()) {
            scrub.fs.space().incReadOnly(scrub.group);
        }
        return scrub.next();
    });

    private static final Step<Scrub> U2 = Step.step("U2", "btrfs_dec_block_group_ro", scrub -> {
        if (scrub.group.isReadOnly()) {
            scrub.fs.space().decReadOnly(scrub.group);
        }
        return scrub.next();
    });

    private static final Column COLUMN = Column.of(U1, U2);

    private final BlockGroup group;
    private final boolean counts;

    Scrub(FsInfo fs, BlockGroup group, boolean counts) {
        super(fs, COLUMN);
        this.group = group;
        this.counts = counts;
    }
}
