import type { Command } from 'commander';
import { restartWorkload } from '../../../../host/kube/workloads/change-workload.ts';
import type { CliContext } from '../../../context.ts';
import { defineWorkloadCommand } from '../../../kube/define-workload-command.ts';

export function define(command: Command, context: CliContext): void {
  defineWorkloadCommand(command, context, async (client, workload) => {
    await restartWorkload(client, workload);
    return 'restarted';
  });
}
