import type { Command } from 'commander';
import { keyValues } from '../../../../guest-agent/grammar/key-values.ts';
import { createVolume } from '../../../host/engine/volumes.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collect } from '../../flags/repeated.ts';

interface VolumeCreateOptions {
  readonly driver?: string;
  readonly label?: readonly string[];
  readonly opt?: readonly string[];
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('[name]')
    .option('-d, --driver <driver>', 'Specify volume driver name: local')
    .option('--label <name=value>', 'Set metadata for a volume', collect)
    .option('-o, --opt <name=value>', 'Set driver specific options: type, o or device', collect)
    .action(async (name: string | undefined, options: VolumeCreateOptions) => {
      const { driver, label = [], opt = [] } = options;
      const volume = await createVolume(await connectEngine(context), {
        ...(name === undefined ? {} : { name }),
        ...(driver === undefined ? {} : { driver }),
        labels: keyValues(label),
        options: keyValues(opt),
      });
      printLine(context, volume.Name);
    });
}
