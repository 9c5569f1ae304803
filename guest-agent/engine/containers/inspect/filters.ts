import { EngineError } from '../../../errors.ts';
import type { Engine } from '../../engine.ts';
import { checkFilters, type Filters, hasLabel, matchesFilters, parseTime } from '../../filters.ts';
import { type ContainerRecord, statusSchema } from '../record/container.ts';
import type { HostConfig } from '../request/config.ts';

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
  health: (_, { state }, value) => (state.health?.status ?? 'none') === value,
  // Tasks belong to Swarm, which Berth doesn't have.
  'is-task': (_, __, value) => !isTrue(value),
  publish: (_, { hostConfig }, value) =>
    matchesPort(value, (port) => isPublished(hostConfig, port)),
  expose: (_, { config, hostConfig }, value) =>
    matchesPort(value, (port) => port in config.ExposedPorts || port in hostConfig.PortBindings),
  isolation: (_, { hostConfig }, value) => (hostConfig.Isolation || 'default') === value,
  until: (_, record, value) => Date.parse(record.createdAt) < parseTime(value),
};

/**
 * Returns a function that tells whether a container passes all filters. Throws EngineError
 * 'invalid' for an unknown filter or status.
 */
export function containerFilter(
  engine: Engine,
  filters: Filters,
): (record: ContainerRecord) => boolean {
  checkFilters(tests, filters);
  for (const value of filters.status ?? []) checkStatus(value);
  for (const value of filters.health ?? []) checkHealth(value);
  return (record) => matchesFilters(tests, filters, (test, value) => test(engine, record, value));
}

/** Docker accepts a regular expression and matches names with and without their slash. */
function namePattern(value: string): RegExp {
  try {
    return new RegExp(value.replace(/^\^?\//, '^'));
  } catch (cause) {
    throw new EngineError('invalid', `invalid filter 'name=${value}'`, { cause });
  }
}

/** In Docker's order. */
const STATES = 'created, running, paused, restarting, removing, exited, dead';

function checkStatus(value: string): void {
  if (!statusSchema.safeParse(value).success) {
    throw new EngineError(
      'invalid',
      `invalid filter 'status=${value}': invalid value for state (${value}): must be one of ${STATES}`,
    );
  }
}

function checkHealth(value: string): void {
  if (!['none', 'starting', 'healthy', 'unhealthy'].includes(value)) {
    throw new EngineError('invalid', `invalid filter 'health=${value}'`);
  }
}

const isTrue = (value: string) => ['1', 'true', 't'].includes(value.toLowerCase());

/** Whether a port, or a port of a range, passes: `80`, `8000-8010/udp`. */
function matchesPort(value: string, passes: (port: string) => boolean): boolean {
  const [, first, last = first, protocol = 'tcp'] =
    /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/.exec(value) ?? [];
  if (first === undefined || Number(last) < Number(first)) {
    throw new EngineError('invalid', `invalid port: '${value}'`);
  }
  for (let port = Number(first); port <= Math.min(Number(last), 65_535); port += 1) {
    if (passes(`${port}/${protocol}`)) return true;
  }
  return false;
}

/** Whether a port of the container is published, or something is published at that port. */
function isPublished({ PortBindings }: HostConfig, port: string): boolean {
  const [number, protocol] = port.split('/');
  return Object.entries(PortBindings).some(
    ([inside, bindings]) =>
      bindings.length > 0 &&
      (inside === port ||
        (inside.split('/')[1] === protocol &&
          bindings.some(({ HostPort }) => HostPort === number))),
  );
}

function imageId(engine: Engine, reference: string): string | undefined {
  try {
    return engine.images.resolve(reference).id;
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}
