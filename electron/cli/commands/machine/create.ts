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
    .option('--cpus <number>', 'Processors', parseInteger)
    .option('--memory <bytes>', 'Memory, as in 4g', bytes)
    .option('--disk <bytes>', 'Upper bound of its disk, as in 64g', bytes)
    .option('--use', 'Have commands speak to it from now on')
    .action(async (name: string, { cpus, memory, disk, use }: CreateOptions) => {
      // Whatever the current one is: it may have gone.
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
