import type { Usage } from '../../../electron/api/usage.ts';

const KEYS = ['cpuPercent', 'memory', 'received', 'sent', 'read', 'written'] as const;

/** A point of a chart. */
export type ChartPoint = Readonly<Record<(typeof KEYS)[number] | 'at', number>>;

/**
 * The means of spans of some seconds: a chart has no room for more points. Spans begin at round
 * times, so that existing points stay in place.
 */
export function thinOut(points: readonly Usage[], seconds: number): readonly ChartPoint[] {
  const spans = new Map<number, Usage[]>();
  for (const point of points) {
    const span = Math.floor(point.at / (seconds * 1000));
    const members = spans.get(span);
    if (members) members.push(point);
    else spans.set(span, [point]);
  }
  return [...spans].map(([span, members]) => {
    const means = KEYS.map((key) => [key, mean(members.map((member) => member[key]))]);
    return { at: span * seconds * 1000, ...Object.fromEntries(means) } as ChartPoint;
  });
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
