import { expect, it } from 'vitest';
import { thinOut } from './thin-out.ts';

const point = (seconds: number, cpuPercent: number) => ({
  ...{ at: seconds * 1000, cpuPercent, memory: 10, memoryLimit: 100, processes: 1 },
  ...{ received: 0, sent: 0, read: 0, written: 0 },
});

it('has the means of spans that begin at round times', () => {
  const points = [point(5, 10), point(6, 30), point(8, 50)];
  expect(thinOut(points, 4)).toMatchObject([
    { at: 4000, cpuPercent: 20, memory: 10 },
    { at: 8000, cpuPercent: 50 },
  ]);
  expect(thinOut([...points, point(9, 70)], 4)[0]).toEqual(thinOut(points, 4)[0]);
});
