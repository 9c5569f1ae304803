import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { isRuntimeMountPoint } from '../../engine/archive/runtime-mount-points.ts';
import { upperLayer } from '../../engine/archive/upper-layer.ts';
import { createContainer } from '../../engine/containers/lifecycle/create.ts';
import { removeContainer } from '../../engine/containers/lifecycle/remove.ts';
import { startContainer } from '../../engine/containers/lifecycle/start.ts';
import { waitContainer } from '../../engine/containers/lifecycle/wait.ts';
import type { LiveContainer } from '../../engine/containers/record/live-container.ts';
import { createRequestSchema } from '../../engine/containers/request/config.ts';
import { attachContainer } from '../../engine/containers/streams/attach.ts';
import type { HeldLayer } from '../../engine/images/images.ts';
import { awaitedElsewhere, EngineError } from '../../errors.ts';
import type { OutputPacket } from '../../runtime/conmon/attach-socket.ts';
import { commitStep } from '../commit-step.ts';
import type { RunMount } from '../dockerfile/mount-flag.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { noteContainer } from '../leftovers.ts';
import {
  mountStubs,
  mountsKey,
  type OpenMounts,
  openMounts,
  removeStubs,
  runMounts,
} from '../run-mounts/run-mounts.ts';
import type { BuildSession, Progress, StageState } from '../session.ts';
import { argv, DEFAULT_SHELL } from './metadata.ts';

/** A `RUN` whose command exited with a code other than 0. */
export class RunFailed extends EngineError {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super('invalid', message);
    this.name = 'RunFailed';
    this.exitCode = exitCode;
  }
}

/** `RUN`: the changes of its command to the file system become a layer. */
export async function* run(
  session: BuildSession,
  state: StageState,
  instruction: Instruction,
): Progress<StageState> {
  const network = ownNetwork(instruction);
  if (state.image === undefined) {
    throw new EngineError('invalid', 'there is nothing to run in an image from scratch yet');
  }
  const command = runCommand(instruction, state);
  const env = state.config.Env ?? [];
  const isBuildkit = session.dialect.name === 'buildkit';
  const args = session.args.forCacheKey(env, isBuildkit ? 'declared' : 'sorted');
  const prefix = args.length > 0 ? [`|${args.length}`, ...args] : [];
  const mounts = runMounts(session, state, instruction);
  const flags = [
    ...(network === undefined ? buildFlags(session) : [`--network=${network}`]),
    ...(yield* mountsKey(session, mounts)),
  ];
  const text = (...words: readonly string[]) => session.dialect.run(words.join(' '));
  return yield* commitStep(session, state, {
    createdBy: text(...prefix, ...command),
    cacheKey: text(...prefix, ...flags, ...command),
    config: state.config,
    layer: () => runInContainer(session, state, command, { network, mounts }),
  });
}

/** Flags of the build that `RUN`s can notice. Only BuildKit's cache knows them. */
function buildFlags({ options: { hostConfig }, dialect }: BuildSession): string[] {
  if (dialect.name === 'classic') return [];
  const { NetworkMode: network } = hostConfig;
  return network === '' || network === 'default' ? [] : [`--network=${network}`];
}

/** The `--network` of a single `RUN`. Undefined means the network of the build. */
function ownNetwork({ flags }: Instruction): string | undefined {
  const network = flags.get('network');
  if (network === undefined || network === 'default') return undefined;
  if (network === 'none' || network === 'host') return network;
  throw new EngineError('invalid', `invalid network mode "${network}"`);
}

/**
 * The command to run. A here-document alone (`RUN <<EOF`) is a script. After a command, the shell
 * reads the here-document.
 */
function runCommand({ text, heredocs }: Instruction, { config }: StageState): string[] {
  if (heredocs.length === 0) return argv(text, config);
  const shell = config.Shell ?? DEFAULT_SHELL;
  const [first] = heredocs;
  if (first !== undefined && heredocs.length === 1 && /^<<-?(["']?)[\w.-]+\1$/.test(text)) {
    if (!first.content.startsWith('#!')) return [...shell, first.content];
    // The script's interpreter reads it through a file descriptor, so that no file remains.
    const interpreter = first.content.slice(2, first.content.indexOf('\n'));
    const script = `exec ${interpreter} /dev/fd/3 3<<'${first.name}'\n${first.content}${first.name}\n`;
    return [...DEFAULT_SHELL, script];
  }
  const documents = heredocs.map(({ name, content }) => `${content}${name}\n`).join('');
  return [...shell, `${text}\n${documents}`];
}

async function* runInContainer(
  session: BuildSession,
  state: StageState,
  command: readonly string[],
  { network, mounts }: { network: string | undefined; mounts: readonly RunMount[] },
): Progress<HeldLayer> {
  const { engine, options, images, signal } = session;
  await using opened = yield* openMounts(session, mounts);
  const stubs = await mountStubs(session, state, opened.requests);
  // After the caches: a command that waits for a cache holds no slot.
  using _ = await session.client.runSlots.take(signal);
  const container = await createRunContainer(session, state, command, { network, ...opened });
  const upper = join(engine.directories.container(container.id), 'upper');
  // If the client disconnects, the build keeps nothing.
  let keep = false;
  let layer: HeldLayer;
  try {
    yield { kind: 'container', id: container.id, state: 'started' };
    const exitCode = yield* runToEnd(session, container);
    keep = exitCode === 0 ? !options.remove : !options.forceRemove;
    if (exitCode !== 0) throw new RunFailed(session.dialect.runFailed(command, exitCode), exitCode);
    await removeStubs(upper, stubs);
    layer = await images.addLayer(upperLayer(upper, isRuntimeMountPoint));
  } finally {
    if (!keep || signal.aborted) {
      await removeContainer(engine, container, { force: true, volumes: true });
    }
  }
  let taken = false;
  try {
    if (!keep) yield { kind: 'container', id: container.id, state: 'removed' };
    taken = true;
    return layer;
  } finally {
    if (!taken) layer[Symbol.dispose]();
  }
}

async function createRunContainer(
  { engine, args, options, scratch, dialect }: BuildSession,
  { image, config }: StageState,
  command: readonly string[],
  {
    network,
    requests,
    env,
  }: Pick<OpenMounts, 'requests' | 'env'> & { readonly network: string | undefined },
): Promise<LiveContainer> {
  const { id } = await createContainer(
    engine,
    undefined,
    createRequestSchema.parse({
      Image: image?.id,
      // One empty word means no entrypoint, instead of the image's.
      Entrypoint: [''],
      Cmd: command,
      Env: args.forRun(
        config.Env ?? [],
        dialect.name === 'buildkit' ? 'in both cases' : 'as given',
      ),
      Healthcheck: { Test: ['NONE'] },
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: {
        ...options.hostConfig,
        Mounts: requests,
        ...(network === undefined ? {} : { NetworkMode: network }),
      },
    }),
    undefined,
    { hasVolumes: dialect.runHasVolumes },
  );
  await noteContainer(scratch, id);
  const container = engine.containers.get(id);
  container.secretEnv = env;
  return container;
}

/** Runs the container, sends its output to the client, and returns its exit code. */
async function* runToEnd(session: BuildSession, container: LiveContainer): Progress<number> {
  const { engine, signal } = session;
  const output = new OutputPipe();
  const attached = attachContainer(
    engine,
    container,
    {
      ...{ stdin: false, stdout: true, stderr: true, tty: false, closesStdin: false },
      ...{ detachKeys: [], logs: false, stream: true },
    },
    (stream, data) => Buffer.concat([Buffer.from([streams.indexOf(stream)]), data]),
  )(output);
  attached.catch((error: unknown) => output.destroy(error as Error));
  const exit = waitContainer(container, 'next-exit', signal);
  exit.catch(awaitedElsewhere);
  const stop = () => output.destroy();
  signal.addEventListener('abort', stop);
  try {
    await startContainer(engine, container);
    for await (const { stream, data } of output as AsyncIterable<OutputPacket>) {
      yield { kind: 'output', stream, data };
    }
    return (await exit).exitCode;
  } finally {
    signal.removeEventListener('abort', stop);
    output.destroy();
  }
}

/** A piece of output begins with a byte for its stream: the index in this list. */
const streams: readonly OutputPacket['stream'][] = ['stdout', 'stderr'];

/** A pipe of output with flow control: a slow reader slows the writer down. */
class OutputPipe extends Duplex {
  #written: (() => void) | undefined;

  constructor() {
    super({ readableObjectMode: true, readableHighWaterMark: 16 });
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    const packet: OutputPacket = {
      stream: streams[chunk[0] ?? 0] ?? 'stdout',
      data: chunk.subarray(1),
    };
    if (this.push(packet)) done();
    else this.#written = done;
  }

  override _read(): void {
    const done = this.#written;
    this.#written = undefined;
    done?.();
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }
}
