import type { Variables } from './interpolate.ts';
import { mapValues } from './record.ts';

/** An `environment` in which names without a value have that of the variable. It can also be a list. */
export function withKnown<T>(environment: Readonly<Record<string, T>>, variables: Variables) {
  if (Array.isArray(environment)) {
    const entries = environment.map((entry) => withValue(String(entry), variables));
    return entries as unknown as typeof environment;
  }
  return mapValues(environment, (value, name) => value ?? variables(name) ?? null);
}

/** A `NAME` with the value of its variable, if that is set. */
export function withValue(entry: string, variables: Variables): string {
  const value = variables(entry);
  return value === undefined ? entry : `${entry}=${value}`;
}
