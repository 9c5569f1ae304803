import type { Command } from 'commander';
import { removeVolume } from '../../../host/engine/volumes.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { eachOperand } from '../../operands.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<volume...>')
    .option('-f, --force', 'Do not error if the volume does not exist')
    .action(async (volumes: string[], { force = false }: { force?: boolean }) => {
      const engine = await connectEngine(context);
      await eachOperand(context, volumes, async (volume) => {
        await removeVolume(engine, volume, { force });
        return volume;
      });
    });
}
