import type { Command } from 'commander';
import { defaultMachine } from '../../../host/home/paths.ts';
import { type CliContext, printLine } from '../../context.ts';
import { bytes } from '../../flags/argument.ts';
import { parseInteger } from '../../flags/numbers.ts';

interface CreateOptions {
  readonly cpus?: number;
  /** Bytes. */
  readonly memory?: number;
  readonly disk?: number;
  readonly use?: boolean;
}

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

export function define(command: Command, context: CliContext): void {
  command
    .argument('<name>')
    .option('--cpus <number>', 'Number of processors', parseInteger)
    .option('--memory <size>', 'Memory, e.g. 4g', bytes)
    .option('--disk <size>', 'Maximum size of the data disk, e.g. 64g', bytes)
    .option('--use', 'Make it the current VM')
    .action(async (name: string, { cpus, memory, disk, use }: CreateOptions) => {
      // The current VM may have been removed.
      const { machines } = await context.host(defaultMachine);
      await machines.create(name, {
        ...(cpus !== undefined && { cpus }),
        ...(memory !== undefined && { memoryMiB: Math.floor(memory / mebibyte) }),
        ...(disk !== undefined && { diskGiB: Math.ceil(disk / gibibyte) }),
      });
      if (use) await machines.use(name);
      printLine(context, name);
    });
}
