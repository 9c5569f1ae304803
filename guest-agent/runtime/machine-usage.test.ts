import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { machineUsage, UsageMeter } from './machine-usage.ts';

const stat = (cpu: string) => `cpu  ${cpu} 0 0 0 0 0\ncpu0 1 2 3 4\nintr 12 0\n`;
const memory = 'MemTotal:  2048000 kB\nMemFree:  100000 kB\nMemAvailable:  1536000 kB\n';
const disk = { bsize: 4096, blocks: 16_384_000, bfree: 12_288_000 };

it('returns the usage between two readings', () => {
  const meter = new UsageMeter();
  expect(meter.add({ stat: stat('100 0 50 800 50'), memory, disk })).toBeUndefined();
  expect(meter.add({ stat: stat('140 0 60 840 60'), memory, disk })).toEqual({
    cpu: 0.5,
    memory: 512_000 * 1024,
    memoryTotal: 2_048_000 * 1024,
    disk: 16_384_000 * 1024,
    diskTotal: 65_536_000 * 1024,
  });
});

it('skips an incomplete reading', () => {
  const meter = new UsageMeter();
  expect(meter.add({ stat: 'cpu  1 2 3 4', memory: '', disk })).toBeUndefined();
  expect(meter.add({ stat: '', memory: '', disk })).toBeUndefined();
});

it('reads repeatedly until the signal aborts', async () => {
  const { path } = await temporaryDirectory();
  await writeFile(join(path, 'meminfo'), memory);
  // Equal numbers of busy and idle ticks in each reading.
  let ticks = 0;
  const work = () => writeFileSync(join(path, 'stat'), stat(`${++ticks} 0 0 ${ticks} 0`));
  work();
  const working = setInterval(work, 5);
  onTestFinished(() => clearInterval(working));
  const looking = new AbortController();
  const pauses = { firstMs: 20, othersMs: 20 };
  const usage = machineUsage(path, looking.signal, { proc: path, pauses });
  for (let count = 0; count < 3; count++) {
    const { value } = await usage.next();
    expect(value).toMatchObject({ cpu: 0.5, memory: 512_000 * 1024 });
    expect(value?.disk).toBeGreaterThan(0);
    expect(value?.diskTotal).toBeGreaterThan(value?.disk ?? 0);
  }
  looking.abort();
  expect(await usage.next()).toEqual({ done: true, value: undefined });
});
