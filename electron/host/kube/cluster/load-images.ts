import { PassThrough, type Writable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { canonicalReference } from '../../../../guest-agent/grammar/reference.ts';
import { HostError } from '../../base/errors.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { copyFrames } from '../../engine/connection/stream-frames.ts';
import { createExec, inspectExec, startExec } from '../../engine/exec.ts';
import { saveImages } from '../../engine/image-archives.ts';
import { IMPORT_COMMAND, LIST_IMAGES_COMMAND } from './k3s.ts';
import type { Cluster } from './list-clusters.ts';

/** Copies images of Berth's engine into a cluster, whose pods can then use them without a registry. */
export async function loadIntoCluster(
  engine: EngineClient,
  cluster: Cluster,
  images: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const archive = await saveImages(engine, images, { signal });
  await runInCluster(engine, cluster, IMPORT_COMMAND, (stdin) => pipeline(archive, stdin));
}

/** The full names of the images that a cluster has. */
export async function imagesInCluster(engine: EngineClient, cluster: Cluster): Promise<string[]> {
  const output = await runInCluster(engine, cluster, LIST_IMAGES_COMMAND);
  return output.split('\n').filter(Boolean);
}

/** Which of these images a cluster doesn't have. */
export function missingIn(present: readonly string[], images: readonly string[]): string[] {
  return images.filter((image) => !present.includes(canonicalReference(image)));
}

/** Runs a program in the cluster's container. Rejects with HostError 'engine' with its output if it fails. */
async function runInCluster(
  engine: EngineClient,
  { id, name }: Cluster,
  command: readonly string[],
  feed?: (stdin: Writable) => Promise<void>,
): Promise<string> {
  const exec = await createExec(engine, id, {
    AttachStdin: feed !== undefined,
    ...{ AttachStdout: true, AttachStderr: true, Cmd: [...command] },
  });
  const { socket } = await startExec(engine, exec, { tty: false });
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  try {
    const feeding = feed?.(socket);
    const copying = copyFrames(socket, stdout, stderr).finally(() => {
      stdout.end();
      stderr.end();
    });
    const [out, problem, fed] = await Promise.all([
      readText(stdout),
      readText(stderr),
      // A program that fails early doesn't read its input; its own words are better than EPIPE.
      feeding?.then(
        () => undefined,
        (error: unknown) => error,
      ),
      copying,
    ]);
    const { ExitCode } = await inspectExec(engine, exec);
    if (ExitCode !== 0) {
      const words = problem.trim() || out.trim() || `exit code ${ExitCode}`;
      throw new HostError('engine', `${command[0]} failed in cluster "${name}": ${words}`);
    }
    if (fed !== undefined) throw fed;
    return out;
  } finally {
    socket.destroy();
  }
}
