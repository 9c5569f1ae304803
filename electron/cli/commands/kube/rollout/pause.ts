import type { Command } from 'commander';
import { pauseWorkload } from '../../../../host/kube/workloads/change-workload.ts';
import type { CliContext } from '../../../context.ts';
import { defineWorkloadCommand } from '../../../kube/define-workload-command.ts';

export function define(command: Command, context: CliContext): void {
  defineWorkloadCommand(command, context, async (client, workload) => {
    await pauseWorkload(client, workload, true);
    return 'paused';
  });
}
