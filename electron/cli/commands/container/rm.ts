import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { removeContainer } from '../../../host/engine/containers.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { eachOperand } from '../../operands.ts';

interface RemoveOptions {
  readonly force?: boolean;
  readonly volumes?: boolean;
  readonly link?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<container...>')
    .option('-f, --force', 'Force the removal of a running container (uses SIGKILL)')
    .option('-l, --link', 'Remove the specified link')
    .option('-v, --volumes', 'Remove anonymous volumes associated with the container')
    .action(async (containers: string[], options: RemoveOptions) => {
      const engine = await connectEngine(context);
      await eachOperand(context, containers, async (container) => {
        await removeContainer(engine, container, options).catch((error: unknown) => {
          // With --force, a container that doesn't exist isn't an error.
          const gone = error instanceof HostError && error.status === 404;
          if (!gone || !options.force) throw error;
        });
        return container;
      });
    });
}
