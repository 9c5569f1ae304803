import { InvalidArgumentError } from 'commander';
import type { Filters } from '../../host/engine/containers.ts';

/** For flags that may be given several times: collects their values in order. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Collects `--filter name=value`; several values of one name are alternatives. */
export function collectFilter(value: string, previous: Filters = {}): Filters {
  const equals = value.indexOf('=');
  if (equals < 0) throw new InvalidArgumentError('bad format of filter (expected name=value)');
  const name = value.slice(0, equals).trim().toLowerCase();
  return { ...previous, [name]: [...(previous[name] ?? []), value.slice(equals + 1).trim()] };
}
