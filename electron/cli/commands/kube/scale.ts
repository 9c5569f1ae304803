import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { scaleWorkload } from '../../../host/kube/workloads/change-workload.ts';
import type { CliContext } from '../../context.ts';
import { parseInteger } from '../../flags/numbers.ts';
import { defineWorkloadCommand } from '../../kube/define-workload-command.ts';
import type { KubeFlags } from '../../kube/kube-flags.ts';
import type { WaitFlags } from '../../kube/wait-flags.ts';

interface ScaleFlags extends KubeFlags, WaitFlags {
  readonly replicas: number;
}

export function define(command: Command, context: CliContext): void {
  defineWorkloadCommand<ScaleFlags>(command, context, async (client, workload, { replicas }) => {
    await scaleWorkload(client, workload, replicas);
    return `scaled to ${replicas}`;
  }).requiredOption('--replicas <number>', 'Number of pods', (text) => {
    const replicas = parseInteger(text);
    if (replicas < 0) throw new InvalidArgumentError('the number of pods must not be negative');
    return replicas;
  });
}
