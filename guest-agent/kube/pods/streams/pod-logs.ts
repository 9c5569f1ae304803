import { Readable } from 'node:stream';
import type { Container, Pod } from 'kubernetes-types/core/v1.js';
import { readContainerLog } from '../../../engine/containers/logs/logs.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { LogLine } from '../../../runtime/logs/log-file.ts';
import { KubeError } from '../../kube-error.ts';
import type { Stored } from '../../objects/kube-object.ts';
import { currentRun, previousRun } from '../lifecycle/container-runs.ts';
import type { LogOptions } from '../pod-streams.ts';
import { allStatuses } from '../status/container-state.ts';

const NANOSECONDS = 1_000_000n;

/** The output of a pod's container. Throws KubeError in the kubelet's words if it has none yet. */
export function podLogs(
  engine: Engine,
  pod: Stored<Pod>,
  container: Container,
  options: LogOptions,
): Readable {
  const live = runOf(engine, pod, container, options.previous ?? false);
  const left = new AbortController();
  const since = sinceOf(options);
  const lines = readContainerLog(engine, live, {
    signal: left.signal,
    follow: options.follow ?? false,
    ...(options.tailLines === undefined ? {} : { tail: options.tailLines }),
    ...(since === undefined ? {} : { since }),
  });
  const stream = Readable.from(encoded(lines, options), { objectMode: false });
  stream.once('close', () => left.abort());
  return stream;
}

function runOf(
  engine: Engine,
  pod: Stored<Pod>,
  container: Container,
  previous: boolean,
): LiveContainer {
  const { name } = container;
  const podName = pod.metadata.name;
  if (previous) {
    const found = previousRun(engine, pod, name);
    if (found) return found;
    throw new KubeError(
      'BadRequest',
      `previous terminated container "${name}" in pod "${podName}" not found`,
    );
  }
  const live = currentRun(engine, pod, name);
  if (live && live.record.state.startedAt !== null) return live;
  // Between two runs, the last one has the output.
  const last = previousRun(engine, pod, name);
  if (last) return last;
  const status = allStatuses(pod).find((each) => each.name === name);
  const reason = status?.state?.waiting?.reason ?? 'ContainerCreating';
  // The API server shortens these two.
  const short: Readonly<Record<string, string>> = {
    ErrImagePull: "image can't be pulled",
    ImagePullBackOff: 'trying and failing to pull image',
  };
  throw new KubeError(
    'BadRequest',
    `container "${name}" in pod "${podName}" is waiting to start: ${short[reason] ?? reason}`,
  );
}

function sinceOf({ sinceSeconds, sinceTime }: LogOptions): bigint | undefined {
  if (sinceSeconds !== undefined) return BigInt(Date.now() - sinceSeconds * 1000) * NANOSECONDS;
  const time = sinceTime === undefined ? Number.NaN : Date.parse(sinceTime);
  return Number.isNaN(time) ? undefined : BigInt(time) * NANOSECONDS;
}

async function* encoded(
  groups: AsyncIterable<readonly LogLine[]>,
  { timestamps = false, limitBytes }: LogOptions,
): AsyncGenerator<Buffer> {
  let left = limitBytes ?? Number.POSITIVE_INFINITY;
  let isContinued = { stdout: false, stderr: false };
  for await (const lines of groups) {
    const pieces: Buffer[] = [];
    for (const { stream, time, data, partial } of lines) {
      if (timestamps && !isContinued[stream]) pieces.push(Buffer.from(`${time} `));
      isContinued = { ...isContinued, [stream]: partial };
      pieces.push(data);
    }
    const chunk = Buffer.concat(pieces);
    if (chunk.length >= left) {
      yield chunk.subarray(0, left);
      return;
    }
    left -= chunk.length;
    if (chunk.length > 0) yield chunk;
  }
}
