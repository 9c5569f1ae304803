import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { loggerOf } from '../../base/log.ts';
import type { MachineResources, Resource } from '../machine.ts';
import type { Qmp } from './qmp.ts';

const log = loggerOf('qemu');

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/** Replies of QEMU's commands ("QEMU QMP Reference Manual"); sizes are in bytes. */
const processorsSchema = z.array(z.object({}));
const memorySchema = z.object({ 'base-memory': z.number() });
const balloonSchema = z.object({ actual: z.number() });
const nodesSchema = z.array(
  z.object({
    'node-name': z.string().optional(),
    image: z.object({ 'virtual-size': z.number() }),
  }),
);

/** How long to wait while a VM gives up no memory before accepting what it has. */
const balloonPatienceMs = 5_000;
const balloonLookMs = 100;

type Monitor = Pick<Qmp, 'execute'>;

/** See `Machine.resize`. */
export async function resizeQemu(
  monitor: Monitor,
  { cpus, memoryMiB, diskGiB }: MachineResources,
  patienceMs = balloonPatienceMs,
): Promise<Resource[]> {
  const attempts: Record<Resource, Promise<boolean>> = {
    cpus: hasProcessors(monitor, cpus),
    memoryMiB: setMemory(monitor, memoryMiB * mebibyte, patienceMs),
    diskGiB: growDisk(monitor, diskGiB * gibibyte),
  };
  const made = await Promise.all(
    Object.entries(attempts).map(async ([resource, attempt]) => {
      const done = await attempt.catch((error) => {
        log.warn(`Changing ${resource} in QEMU`, error);
        return false;
      });
      return done ? [resource as Resource] : [];
    }),
  );
  return made.flat();
}

/** The VM itself turns the board's processors on and off. */
async function hasProcessors(monitor: Monitor, cpus: number): Promise<boolean> {
  return processorsSchema.parse(await monitor.execute('query-cpus-fast')).length >= cpus;
}

/** With the balloon, up to the initial memory. */
async function setMemory(monitor: Monitor, bytes: number, patienceMs: number): Promise<boolean> {
  const summary = await monitor.execute('query-memory-size-summary');
  if (bytes > memorySchema.parse(summary)['base-memory']) return false;
  const actual = async () => balloonSchema.parse(await monitor.execute('query-balloon')).actual;
  const before = await actual();
  if (before === bytes) return true;
  await monitor.execute('balloon', { value: bytes });
  let last = before;
  for (let since = performance.now(); performance.now() - since < patienceMs; ) {
    await sleep(balloonLookMs);
    const now = await actual();
    if (now === bytes) return true;
    if (now !== last) since = performance.now();
    last = now;
  }
  await monitor.execute('balloon', { value: before });
  return false;
}

/** QEMU enlarges the file and notifies the VM. */
async function growDisk(monitor: Monitor, bytes: number): Promise<boolean> {
  const nodes = nodesSchema.parse(await monitor.execute('query-named-block-nodes', { flat: true }));
  const data = nodes.find((node) => node['node-name'] === 'data');
  if (!data) return false;
  if (data.image['virtual-size'] < bytes) {
    await monitor.execute('block_resize', { 'node-name': 'data', size: bytes });
  }
  return true;
}
