import { InvalidArgumentError } from 'commander';
import { splitEntry } from '../../../guest-agent/grammar/key-values.ts';
import type { Filters } from '../../host/engine/containers.ts';

/** Collects the values of a repeated flag, in order. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Collects `--filter name=value`. Several values of the same name are alternatives. */
export function collectFilter(value: string, previous: Filters = {}): Filters {
  const [filter, wanted] = splitEntry(value);
  if (wanted === undefined) {
    throw new InvalidArgumentError('bad format of filter (expected name=value)');
  }
  const name = filter.trim().toLowerCase();
  return { ...previous, [name]: [...(previous[name] ?? []), wanted.trim()] };
}
