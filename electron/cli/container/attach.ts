import type { Command } from 'commander';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import { inspectContainer } from '../../host/engine/containers.ts';
import type { CliContext } from '../context.ts';
import { ExitStatus, exitCodes } from '../exit-code.ts';
import { requireTerminal } from '../session/require-terminal.ts';
import { type AttachedStream, runAttached } from './run-attached.ts';

export interface AttachOptions {
  readonly detachKeys?: string;
  readonly stdin: boolean;
  readonly sigProxy: boolean;
}

export function addAttachFlags(command: Command): Command {
  return command
    .option(
      '--detach-keys <keys>',
      'Override the key sequence for detaching a container, e.g. ctrl-p,ctrl-q',
    )
    .option('--no-stdin', 'Do not attach STDIN')
    .option('--no-sig-proxy', 'Do not proxy received signals to the process')
    .option('--sig-proxy', 'Proxy received signals to the process (default)');
}

/** Attaches to a running container. Throws ExitStatus with its exit code unless it is 0. */
export async function attach(
  context: CliContext,
  engine: EngineClient,
  container: string,
  { detachKeys, stdin, sigProxy }: AttachOptions,
): Promise<void> {
  const { Id, State, Config } = await inspectContainer(engine, container);
  if (!State.Running) fail('you cannot attach to a stopped container, start it first');
  if (State.Paused) fail('you cannot attach to a paused container, unpause it first');
  const streams = new Set<AttachedStream>(['stdout', 'stderr']);
  if (stdin && Config.OpenStdin) streams.add('stdin');
  requireTerminal(context, streams.has('stdin') && Config.Tty);
  const exitCode = await runAttached(context, engine, {
    id: Id,
    attach: streams,
    tty: Config.Tty,
    detachKeys,
    signalProxy: sigProxy,
    condition: 'not-running',
    start: async () => {},
  });
  if (exitCode !== 0) throw new ExitStatus(exitCode);
}

function fail(message: string): never {
  throw new ExitStatus(exitCodes.failure, message);
}
