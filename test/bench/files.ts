import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { copyFrames } from '../../electron/host/engine/connection/stream-frames.ts';
import {
  createContainer,
  removeContainer,
  startContainer,
  waitContainer,
} from '../../electron/host/engine/containers.ts';
import { pullImage } from '../../electron/host/engine/images.ts';
import { containerLogs } from '../../electron/host/engine/logs.ts';
import type { Host } from '../../electron/host/host.ts';
import type { Figure } from './figure.ts';
import type { BenchMachine } from './machine.ts';

const FILES = 10_000;
const STEPS = ['created', 'listed', 'removed'] as const;

/** Prints how long each step took, in hundredths of a second. */
const SCRIPT = `
now() { read up idle < /proc/uptime; echo \${up%.*}\${up#*.}; }
mkdir /w/many; cd /w/many
a=$(now); i=0; while [ $i -lt ${FILES} ]; do echo small > f$i; i=$((i + 1)); done
b=$(now); ls -l > /dev/null
c=$(now); cd /; rm -r /w/many
d=$(now); echo $((b - a)) $((c - b)) $((d - c))`;

/** Many small files in a shared folder: created, listed with their attributes, removed. */
export async function benchFiles(machine: BenchMachine): Promise<Figure[]> {
  const host = await machine.host();
  const { sharedFolders } = await host.settings.read();
  const share = sharedFolders.find(({ readOnly }) => !readOnly);
  if (!share) throw new Error('no folder is shared for writing');
  for await (const _ of pullImage(host.engine, 'busybox'));
  const folder = await mkdtemp(join(share.path, 'berth-bench-'));
  try {
    const shared = await measure(host, `${folder}:/w`);
    const own = await measure(host, '/w');
    return STEPS.map((step, index) => {
      const [value = Number.NaN, peer = Number.NaN] = [shared[index], own[index]];
      return {
        name: `${FILES} small files ${step} through a shared folder`,
        ...{ value, unit: 'ms' },
        peer: { name: 'a volume of the machine', value: peer },
      };
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Milliseconds of each step with the mount `bind`. A path without a colon is a volume. */
async function measure({ engine }: Host, bind: string): Promise<number[]> {
  const isVolume = !bind.includes(':');
  const { Id } = await createContainer(
    engine,
    {
      Image: 'busybox',
      Cmd: ['sh', '-ec', SCRIPT],
      ...(isVolume ? { Volumes: { [bind]: {} } } : { HostConfig: { Binds: [bind] } }),
    },
    {},
  );
  try {
    const ended = await waitContainer(engine, Id, 'next-exit');
    await startContainer(engine, Id);
    const exitCode = await ended.exitCode;
    const output = new PassThrough();
    const printed = text(output);
    await copyFrames((await containerLogs(engine, Id)).body, output, output);
    output.end();
    if (exitCode !== 0) throw new Error(`the benchmark failed: ${await printed}`);
    return (await printed)
      .trim()
      .split(' ')
      .map((hundredths) => Number(hundredths) * 10);
  } finally {
    await removeContainer(engine, Id, { force: true, volumes: true });
  }
}
