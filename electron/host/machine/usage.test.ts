import { expect, it } from 'vitest';
import { UsageMeter } from './usage.ts';

const report = (cpu: string) => [
  `cpu  ${cpu} 0 0 0`,
  'MemTotal:        2048000 kB',
  'MemFree:          100000 kB',
  'MemAvailable:    1536000 kB',
  '/dev/vdb            65536000 16384000  49152000  25% /var/lib/berth',
];

it('tells what was used between two reports', () => {
  const meter = new UsageMeter();
  expect(meter.read(report('100 0 50 800 50'))).toBeUndefined();
  expect(meter.read(report('140 0 60 840 60'))).toEqual({
    cpu: 0.5,
    memory: 512_000 * 1024,
    memoryTotal: 2_048_000 * 1024,
    disk: 16_384_000 * 1024,
    diskTotal: 65_536_000 * 1024,
  });
});

it('passes over a report that was cut off', () => {
  const meter = new UsageMeter();
  expect(meter.read(['cpu  1 2 3 4'])).toBeUndefined();
  expect(meter.read([])).toBeUndefined();
});
