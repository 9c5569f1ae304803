import type { Command } from 'commander';
import { restoreRevision } from '../../../../host/kube/workloads/change-workload.ts';
import { listRevisions, revisionToRestore } from '../../../../host/kube/workloads/revisions.ts';
import type { CliContext } from '../../../context.ts';
import { parseInteger } from '../../../flags/numbers.ts';
import { defineWorkloadCommand } from '../../../kube/define-workload-command.ts';
import type { KubeFlags } from '../../../kube/kube-flags.ts';
import type { WaitFlags } from '../../../kube/wait-flags.ts';

interface UndoFlags extends KubeFlags, WaitFlags {
  readonly toRevision?: number;
}

export function define(command: Command, context: CliContext): void {
  defineWorkloadCommand<UndoFlags>(command, context, async (client, workload, { toRevision }) => {
    const revisions = await listRevisions(client, workload);
    const revision = revisionToRestore(revisions, workload, toRevision);
    await restoreRevision(client, workload, revision);
    return `is back at revision ${revision.number} (${revision.images.join(', ')})`;
  }).option('--to-revision <number>', 'The revision to go back to', parseInteger);
}
