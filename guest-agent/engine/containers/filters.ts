import { EngineError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import { checkFilters, type Filters, hasLabel, matchesFilters, parseTime } from '../filters.ts';
import { type ContainerRecord, statusSchema } from './container.ts';

type Test = (engine: Engine, record: ContainerRecord, value: string) => boolean;

const tests: Record<string, Test> = {
  id: (_, record, value) => record.id.startsWith(value),
  name: (_, record, value) => namePattern(value).test(record.name),
  status: (_, record, value) => record.state.status === value,
  exited: (_, record, value) =>
    record.state.status === 'exited' && record.state.exitCode === Number(value),
  label: (_, record, value) => hasLabel(record.config.Labels, value),
  'label!': (_, record, value) => !hasLabel(record.config.Labels, value),
  ancestor: (engine, record, value) =>
    record.config.Image === value ||
    record.image === value ||
    (value.length >= 4 && record.image.replace('sha256:', '').startsWith(value)) ||
    imageId(engine, value) === record.image,
  before: (engine, record, value) =>
    record.createdAt < engine.containers.get(value).record.createdAt,
  since: (engine, record, value) =>
    record.createdAt > engine.containers.get(value).record.createdAt,
  volume: (_, record, value) =>
    record.mounts.some(({ name, destination }) => name === value || destination === value),
  network: (_, record, value) =>
    Object.entries(record.endpoints).some(
      ([name, { networkId }]) => name === value || networkId.startsWith(value),
    ),
  until: (_, record, value) => Date.parse(record.createdAt) < parseTime(value),
};

/**
 * What tells whether a container passes all filters. Throws EngineError 'invalid' for a filter or
 * status that doesn't exist.
 */
export function containerFilter(
  engine: Engine,
  filters: Filters,
): (record: ContainerRecord) => boolean {
  checkFilters(tests, filters);
  for (const value of filters.status ?? []) checkStatus(value);
  return (record) => matchesFilters(tests, filters, (test, value) => test(engine, record, value));
}

/** Docker takes a regular expression; names are matched with and without their slash. */
function namePattern(value: string): RegExp {
  try {
    return new RegExp(value.replace(/^\^?\//, '^'));
  } catch (cause) {
    throw new EngineError('invalid', `invalid filter 'name=${value}'`, { cause });
  }
}

function checkStatus(value: string): void {
  if (!statusSchema.safeParse(value).success) {
    throw new EngineError('invalid', `invalid filter 'status=${value}'`);
  }
}

function imageId(engine: Engine, reference: string): string | undefined {
  try {
    return engine.images.resolve(reference).id;
  } catch {
    return undefined;
  }
}
