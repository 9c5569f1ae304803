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
import { openScript } from '../run-mounts/script.ts';
import type { BuildSession, Progress, StageState } from '../session.ts';
import { type RunCommand, runCommand } from './run-command.ts';

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
  const command = runCommand(instruction, state.config);
  const env = state.config.Env ?? [];
  const args = session.args.forCacheKey(env);
  const prefix = args.length > 0 ? [`|${args.length}`, ...args] : [];
  const mounts = runMounts(session, state, instruction);
  const isPrivileged = instruction.flags.get('security') === 'insecure';
  const flags = [
    ...(isPrivileged ? ['--security=insecure'] : []),
    ...(network === undefined ? buildFlags(session) : [`--network=${network}`]),
    ...(yield* mountsKey(session, mounts)),
  ];
  const text = (...words: readonly string[]) => session.dialect.run(words.join(' '));
  return yield* commitStep(session, state, {
    createdBy: text(...prefix, ...command.words),
    cacheKey: text(...prefix, ...flags, ...command.words, command.script?.text ?? ''),
    config: state.config,
    layer: () => runInContainer(session, state, command, { network, isPrivileged, mounts }),
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
  return network === 'default' ? undefined : network;
}

/** What the flags of a `RUN` change for its container. */
interface RunRights {
  /** Undefined means the network of the build. */
  readonly network: string | undefined;
  readonly isPrivileged: boolean;
}

async function* runInContainer(
  session: BuildSession,
  state: StageState,
  command: RunCommand,
  { mounts, ...rights }: RunRights & { readonly mounts: readonly RunMount[] },
): Progress<HeldLayer> {
  const { engine, options, images, signal } = session;
  await using opened = yield* openMounts(session, mounts);
  await using script = await openScript(session, command.script);
  const requests = [...opened.requests, ...script.requests];
  const stubs = await mountStubs(session, state, requests);
  // After the caches: a command that waits for a cache holds no slot.
  using _ = await session.client.runSlots.take(signal);
  const container = await createRunContainer(session, state, command.words, {
    ...{ ...rights, requests, env: opened.env },
  });
  const upper = join(engine.directories.container(container.id), 'upper');
  // If the client disconnects, the build keeps nothing.
  let keep = false;
  let layer: HeldLayer;
  try {
    yield { kind: 'container', id: container.id, state: 'started' };
    const exitCode = yield* runToEnd(session, container);
    keep = exitCode === 0 ? !options.remove : !options.forceRemove;
    if (exitCode !== 0)
      throw new RunFailed(session.dialect.runFailed(command.words, exitCode), exitCode);
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
  { network, isPrivileged, requests, env }: Pick<OpenMounts, 'requests' | 'env'> & RunRights,
): Promise<LiveContainer> {
  const { id } = await createContainer(
    engine,
    undefined,
    createRequestSchema.parse({
      Image: image?.id,
      // One empty word means no entrypoint, instead of the image's.
      Entrypoint: [''],
      Cmd: command,
      Env: args.forRun(config.Env ?? []),
      Healthcheck: { Test: ['NONE'] },
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: {
        ...options.hostConfig,
        Mounts: requests,
        ...(network === undefined ? {} : { NetworkMode: network }),
        ...(isPrivileged && { Privileged: true }),
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
