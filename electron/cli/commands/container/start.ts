import type { Command } from 'commander';
import { inspectContainer, startContainer } from '../../../host/engine/containers.ts';
import { type AttachedStream, runAttached } from '../../container/run-attached.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { ExitStatus, exitCodes } from '../../exit-code.ts';
import { eachOperand } from '../../operands.ts';

interface StartOptions {
  readonly attach?: boolean;
  readonly interactive?: boolean;
  readonly detachKeys?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<container...>')
    .option('-a, --attach', 'Attach STDOUT/STDERR and forward signals')
    .option('-i, --interactive', "Attach container's STDIN")
    .option(
      '--detach-keys <keys>',
      'Override the key sequence for detaching a container, e.g. ctrl-p,ctrl-q',
    )
    .action(async (containers: string[], options: StartOptions) => {
      if (options.attach || options.interactive) {
        await startAttached(context, containers, options);
        return;
      }
      const engine = await connectEngine(context);
      await eachOperand(context, containers, async (container) => {
        await startContainer(engine, container);
        return container;
      });
    });
}

async function startAttached(
  context: CliContext,
  containers: readonly string[],
  options: StartOptions,
): Promise<void> {
  const [container = ''] = containers;
  if (containers.length > 1) {
    throw new ExitStatus(
      exitCodes.failure,
      'you cannot start and attach multiple containers at once',
    );
  }
  const engine = await connectEngine(context);
  const { Id, Config, HostConfig } = await inspectContainer(engine, container);
  const attach = new Set<AttachedStream>(['stdout', 'stderr']);
  if (options.interactive && Config.OpenStdin) attach.add('stdin');
  const exitCode = await runAttached(context, engine, {
    id: Id,
    attach,
    tty: Config.Tty,
    detachKeys: options.detachKeys,
    signalProxy: true,
    condition: HostConfig.AutoRemove ? 'removed' : 'next-exit',
    start: () => startContainer(engine, Id),
  });
  if (exitCode !== 0) throw new ExitStatus(exitCode);
}
