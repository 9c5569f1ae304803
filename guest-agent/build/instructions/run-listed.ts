import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { isRuntimeMountPoint } from '../../engine/archive/runtime-mount-points.ts';
import { upperLayer } from '../../engine/archive/upper-layer.ts';
import { createContainer } from '../../engine/containers/lifecycle/create.ts';
import { removeContainer } from '../../engine/containers/lifecycle/remove.ts';
import { startContainer } from '../../engine/containers/lifecycle/start.ts';
import { waitContainer } from '../../engine/containers/lifecycle/wait.ts';
import type { LiveContainer } from '../../engine/containers/record/live-container.ts';
import { attachContainer } from '../../engine/containers/streams/attach.ts';
import type { HeldLayer } from '../../engine/images/images.ts';
import { awaitedElsewhere } from '../../errors.ts';
import type { OutputPacket } from '../../runtime/conmon/attach-socket.ts';
import { noteContainer } from '../leftovers.ts';
import { removeStubs } from '../run-mounts/run-mounts.ts';
import type { BuildSession, Progress } from '../session.ts';
import { RunFailed } from './run-failed.ts';
import type { RunTask } from './run-task.ts';

/** Runs a command as the classic builder does: in a container that clients see. */
export async function* runListed(
  session: BuildSession,
  { command, request, secretEnv, stubs }: RunTask,
): Progress<HeldLayer> {
  const { engine, options, images, scratch, signal } = session;
  const { id } = await createContainer(engine, undefined, request);
  await noteContainer(scratch, id);
  const container = engine.containers.get(id);
  container.secretEnv = secretEnv;
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
