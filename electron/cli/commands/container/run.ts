import type { Command } from 'commander';
import { readDockerConfig } from '../../../host/docker-cli/docker-config.ts';
import { startContainer } from '../../../host/engine/containers.ts';
import { warnOfClosedPorts } from '../../container/closed-ports.ts';
import { askedContainer } from '../../container/container-ask.ts';
import { createFromImage } from '../../container/create.ts';
import { addContainerOptions, type ContainerOptions } from '../../container/options.ts';
import { type AttachedStream, runAttached } from '../../container/run-attached.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { ExitStatus, exitCodes, notRun, startFailureCode } from '../../exit-code.ts';
import { parseDetachKeys } from '../../session/detach-keys.ts';
import { requireTerminal } from '../../session/require-terminal.ts';
import { terminalSize } from '../../session/terminal-size.ts';

interface RunOptions extends ContainerOptions {
  readonly detach?: boolean;
  readonly detachKeys?: string;
  readonly sigProxy: boolean;
}

export function define(command: Command, context: CliContext): void {
  addContainerOptions(command)
    .option('-d, --detach', 'Run container in background and print container ID')
    .option(
      '--detach-keys <keys>',
      'Override the key sequence for detaching a container, e.g. ctrl-p,ctrl-q',
    )
    .option('--no-sig-proxy', 'Do not proxy received signals to the process')
    .option('--sig-proxy', 'Proxy received signals to the process (default)')
    .action((image: string, program: string | undefined, rest: string[], options: RunOptions) =>
      run(context, image, program === undefined ? [] : [program, ...rest], options),
    );
}

async function run(
  context: CliContext,
  image: string,
  command: readonly string[],
  options: RunOptions,
): Promise<void> {
  const attach = attachedStreams(options);
  const tty = options.tty ?? false;
  requireTerminal(context, attach.has('stdin') && tty);
  const { id, engine } = await create(context, image, command, options, attach).catch((error) => {
    throw notRun(error);
  });
  const start = async () => {
    await startContainer(engine, id).catch((error: unknown) => {
      throw notRun(error, startFailureCode(error));
    });
    if (options.publish || options.publishAll) await warnOfClosedPorts(context, id);
  };
  if (options.detach) {
    await start();
    printLine(context, id);
    return;
  }
  const exitCode = await runAttached(context, engine, {
    id,
    attach,
    tty,
    detachKeys: options.detachKeys,
    signalProxy: options.sigProxy,
    condition: options.rm ? 'removed' : 'next-exit',
    start,
  });
  if (exitCode !== 0) throw new ExitStatus(exitCode);
}

async function create(
  context: CliContext,
  image: string,
  command: readonly string[],
  options: RunOptions,
  attach: ReadonlySet<AttachedStream>,
) {
  if (options.detachKeys) parseDetachKeys(options.detachKeys);
  const { env } = context;
  const config = await readDockerConfig((await context.host()).credentials.path);
  const size = options.tty ? terminalSize(context.stdout) : undefined;
  const consoleSize: [number, number] | undefined = size && [size.rows, size.columns];
  const asked = askedContainer({ image, command, options, attach, env, config, consoleSize });
  const engine = await connectEngine(context);
  return { engine, id: await createFromImage(context, engine, asked, options) };
}

/** The streams of `--attach`. The default is both outputs, and the input with `--interactive`. */
function attachedStreams(options: RunOptions): Set<AttachedStream> {
  const { attach = [], detach } = options;
  if (detach) {
    if (attach.length === 0) return new Set();
    throw new ExitStatus(
      exitCodes.failure,
      'conflicting options: cannot specify both --attach and --detach',
    );
  }
  if (attach.length === 0) {
    return new Set(options.interactive ? ['stdin', 'stdout', 'stderr'] : ['stdout', 'stderr']);
  }
  return new Set(attach.map(streamName));
}

function streamName(text: string): AttachedStream {
  const name = text.toLowerCase();
  if (name === 'stdin' || name === 'stdout' || name === 'stderr') return name;
  throw new ExitStatus(exitCodes.notRun, `--attach takes stdin, stdout or stderr, not "${text}"`);
}
