import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine } from '../../engine.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { containerFilter } from './filters.ts';

let directory: string;
let engine: Engine;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'filters-'));
  engine = await testEngine(directory);
});
afterEach(() => rm(directory, { recursive: true }));

const health = { status: 'healthy' as const, failingStreak: 0, log: [] };
const web = testRecord(
  { status: 'running', health },
  { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } },
  { ExposedPorts: { '443/tcp': {}, '53/udp': {} } },
);
const passes = (name: string, value: string) => containerFilter(engine, { [name]: [value] })(web);

it.each([
  ['health', 'healthy', true],
  ['health', 'starting', false],
  ['is-task', 'false', true],
  ['is-task', 'true', false],
  ['expose', '443', true],
  ['expose', '50-60/udp', true],
  ['expose', '53', false],
  ['publish', '80/tcp', true],
  ['publish', '8000-9000', true],
  ['publish', '443', false],
])('%s=%s: %s', (name, value, expected) => {
  expect(passes(name, value)).toBe(expected);
});

it('has the health none without a health check', () => {
  expect(containerFilter(engine, { health: ['none'] })(testRecord())).toBe(true);
});

it('rejects values that make no sense', () => {
  expect(() => passes('health', 'fine')).toThrow("invalid filter 'health=fine'");
  expect(() => passes('expose', 'http')).toThrow("invalid port: 'http'");
  expect(() => passes('colour', 'red')).toThrow("invalid filter 'colour'");
});

it('rejects an unknown filter, even without containers', () => {
  for (const [name, values] of [
    ['colour', ['blue']],
    ['constructor', ['x']],
    ['status', ['asleep']],
  ] as const) {
    expect(() => containerFilter(engine, { [name]: values })).toThrow(
      name === 'status'
        ? "invalid filter 'status=asleep': invalid value for state (asleep): must be one of created, running, paused, restarting, removing, exited, dead"
        : `invalid filter '${name}'`,
    );
  }
  const running = containerFilter(engine, { status: ['running', 'paused'], name: ['otter$'] });
  expect(running(testRecord({ status: 'running' }))).toBe(true);
  expect(running(testRecord({ status: 'exited' }))).toBe(false);
});
