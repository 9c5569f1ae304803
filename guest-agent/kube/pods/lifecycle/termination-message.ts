import { chmod, mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Container, Pod } from 'kubernetes-types/core/v1.js';
import { readContainerLog } from '../../../engine/containers/logs/logs.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import type { Engine } from '../../../engine/engine.ts';
import { ifMissing } from '../../../errors.ts';
import type { Stored } from '../../objects/kube-object.ts';
import type { PodDirectories } from '../volumes/pod-directories.ts';
import type { PodScope } from './pod-scope.ts';

const MAX_MESSAGE = 4096;
/** The end of a log that stands for a message. */
const LOG = { lines: 80, bytes: 2048 };

const fileOf = (directories: PodDirectories, pod: Stored<Pod>, { name }: Container) =>
  join(directories.volume(pod.metadata.uid, '.messages'), name);

/** Creates the file in which a container can leave a message, and returns its mount. */
export async function messageMount(
  directories: PodDirectories,
  pod: Stored<Pod>,
  container: Container,
): Promise<object> {
  await directories.open();
  const path = fileOf(directories, pod, container);
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeFile(path, '');
  // Containers of all users may write.
  await chmod(path, 0o666);
  const Target = container.terminationMessagePath || '/dev/termination-log';
  return { Type: 'bind', Source: path, Target };
}

/** The message that a run left, or the end of its log if that is the policy. Undefined if empty. */
export async function terminationMessage(
  { runner, directories, view }: PodScope,
  container: Container,
  live: LiveContainer,
): Promise<string | undefined> {
  const text = await readStart(fileOf(directories, view().pod, container));
  const usesLog =
    text === '' &&
    container.terminationMessagePolicy === 'FallbackToLogsOnError' &&
    live.record.state.exitCode !== 0;
  return (usesLog ? await endOfLog(runner.engine, live) : text) || undefined;
}

async function readStart(path: string): Promise<string> {
  const file = await open(path, 'r').catch(ifMissing(undefined));
  if (file === undefined) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_MESSAGE), 0, MAX_MESSAGE, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function endOfLog(engine: Engine, live: LiveContainer): Promise<string> {
  const pieces: Buffer[] = [];
  const signal = new AbortController().signal;
  for await (const lines of readContainerLog(engine, live, { tail: LOG.lines, signal })) {
    pieces.push(...lines.map(({ data }) => data));
  }
  return Buffer.concat(pieces).subarray(-LOG.bytes).toString('utf8');
}
