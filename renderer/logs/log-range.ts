import type { LogRange } from '../../electron/api/logs.ts';

const MINUTE = 60_000;

/** The parts of a log that can be shown. */
const RANGES = [
  { value: 'tail-1000', label: 'Last 1,000 lines', tail: 1000 },
  { value: 'tail-10000', label: 'Last 10,000 lines', tail: 10_000 },
  { value: 'tail-100000', label: 'Last 100,000 lines', tail: 100_000 },
  { value: 'since-15m', label: 'Last 15 minutes', milliseconds: 15 * MINUTE },
  { value: 'since-1h', label: 'Last hour', milliseconds: 60 * MINUTE },
  { value: 'since-1d', label: 'Last day', milliseconds: 24 * 60 * MINUTE },
  { value: 'between', label: 'Time range…' },
  { value: 'all', label: 'Everything' },
] as const;

export type RangeName = (typeof RANGES)[number]['value'];

export const RANGE_CHOICES = RANGES.map(({ value, label }) => ({ value, label }));

export const DEFAULT_RANGE: RangeName = 'tail-10000';

/** A time range as date fields have it: local times, or empty texts. */
export interface Between {
  readonly from: string;
  readonly to: string;
}

/** The range, counted from now. */
export function rangeOf(name: RangeName, { from, to }: Between = { from: '', to: '' }): LogRange {
  if (name === 'between') {
    return {
      ...(from !== '' && { since: new Date(from).toISOString() }),
      ...(to !== '' && { until: new Date(to).toISOString() }),
    };
  }
  const range = RANGES.find(({ value }) => value === name);
  if (range && 'tail' in range) return { tail: range.tail };
  if (!range || !('milliseconds' in range)) return {};
  return { since: new Date(Date.now() - range.milliseconds).toISOString() };
}
