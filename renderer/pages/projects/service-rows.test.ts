import { describe, expect, it } from 'vitest';
import type { ProjectContainer } from '../../../electron/api/projects.ts';
import { servicePorts, serviceRows, serviceState } from './service-rows.ts';

const container = (part: Partial<ProjectContainer>): ProjectContainer => ({
  ...{ id: '1', name: 'shop-web-1', service: 'web', image: 'nginx', state: 'running' },
  ...{ status: '', ports: [] },
  ...part,
});

const described = (name: string) => ({
  ...{ name, image: `${name}:1`, replicas: 1, builds: false, watches: false },
  ...{ dependsOn: [], networks: [] },
});

it('lists each service once: those of the file, and those that only have containers', () => {
  const two = [container({ id: '1' }), container({ id: '2' }), container({ service: 'old' })];
  const rows = serviceRows(two, { services: [described('web'), described('db')] });
  expect(rows.map(({ name, image, containers }) => [name, image, containers.length])).toEqual([
    ['db', 'db:1', 0],
    ['old', 'nginx', 1],
    ['web', 'nginx', 2],
  ]);
  expect(rows.map(({ content }) => content !== undefined)).toEqual([true, false, true]);
});

describe('the state of a service', () => {
  it.each([
    [[], 'idle', 'Not created'],
    [[{}], 'good', 'Running'],
    [[{ health: 'healthy' }, { health: 'healthy' }], 'good', 'Running, healthy'],
    [[{ health: 'healthy' }, { health: 'starting' }], 'busy', 'Starting up'],
    [[{ health: 'unhealthy' }, {}], 'bad', 'Unhealthy'],
    [[{}, { state: 'exited', exitCode: 0 }], 'busy', 'Running 1/2'],
    [[{}, { state: 'exited', exitCode: 1 }], 'bad', 'Running 1/2'],
    [[{ state: 'exited', exitCode: 3 }], 'bad', 'Exited (3)'],
    [[{ state: 'exited', exitCode: 0 }], 'idle', 'Exited (0)'],
    [[{ state: 'created' }], 'idle', 'Created'],
    [[{ state: 'paused' }], 'busy', 'Paused'],
  ] as const)('with %j is %s: %s', (parts, tone, text) => {
    expect(serviceState({ containers: parts.map(container) })).toEqual({ tone, text });
  });
});

it('lists a port of several containers once, published ones first', () => {
  const internal = { target: 80, protocol: 'tcp' };
  const ports = servicePorts({
    containers: [
      container({ ports: [internal, { target: 443, published: 8443, protocol: 'tcp' }] }),
      container({ ports: [internal, { target: 443, published: 8444, protocol: 'tcp' }] }),
    ],
  });
  expect(ports.map(({ published, target }) => [published, target])).toEqual([
    [8443, 443],
    [8444, 443],
    [undefined, 80],
  ]);
});
