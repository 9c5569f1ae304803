import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { machinePaths } from '../../electron/host/home/paths.ts';
import type { Host } from '../../electron/host/host.ts';
import { berth } from './berth.ts';
import type { Figure } from './figure.ts';
import type { BenchMachine } from './machine.ts';

/** How long the guest may take to return freed memory to the host, in seconds. */
const PATIENCE = 60;

/** What a container writes into memory, and into a file. */
const SIZE = 500;

/**
 * Memory of the hypervisor's process and size of the disk's file: before, at the peak, and after.
 */
export async function benchMemory(machine: BenchMachine): Promise<Figure[]> {
  const host = await machine.host();
  const { dataDisk } = machinePaths(await machine.home(), 'default');
  const fill = (path: string) => `dd if=/dev/urandom of=${path} bs=1M count=${SIZE} 2>/dev/null`;
  const memory = await phases(
    () => residentMegabytes(host),
    () =>
      berth(
        machine,
        'run',
        '--rm',
        '--tmpfs',
        '/fill:size=1g',
        'busybox',
        ...shell(fill('/fill/x')),
      ),
  );
  const disk = await phases(
    () => allocatedMegabytes(dataDisk),
    async () => {
      await berth(machine, 'run', '--name', 'filler', 'busybox', ...shell(`${fill('/x')}; sync`));
    },
    () => berth(machine, 'rm', 'filler'),
  );
  return [...figures('memory of the hypervisor', memory), ...figures('file of the disk', disk)];
}

const shell = (script: string) => ['sh', '-c', script];

interface Phases {
  readonly before: number;
  readonly peak: number;
  readonly after: number;
}

/** Takes samples during the writing, then waits until no more memory comes back. */
async function phases(
  measure: () => Promise<number>,
  fill: () => Promise<unknown>,
  empty: () => Promise<unknown> = async () => {},
): Promise<Phases> {
  const before = await measure();
  let peak = before;
  let filling = true;
  const watching = (async () => {
    while (filling) {
      peak = Math.max(peak, await measure());
      await sleep(200);
    }
  })();
  await fill();
  peak = Math.max(peak, await measure());
  filling = false;
  await watching;
  await empty();
  let after = await measure();
  for (let second = 0; second < PATIENCE && after > before + SIZE / 10; second += 1) {
    await sleep(1000);
    after = Math.min(after, await measure());
  }
  return { before, peak, after };
}

const figures = (name: string, { before, peak, after }: Phases): Figure[] => [
  { name: `${name}, before`, value: before, unit: 'MiB' },
  { name: `${name}, with ${SIZE} MiB more in it`, value: peak, unit: 'MiB' },
  { name: `${name}, once those are gone`, value: after, unit: 'MiB' },
];

async function residentMegabytes(host: Host): Promise<number> {
  const { pid } = await host.machine.status();
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

async function allocatedMegabytes(path: string): Promise<number> {
  return ((await stat(path)).blocks * 512) / 1024 ** 2;
}
