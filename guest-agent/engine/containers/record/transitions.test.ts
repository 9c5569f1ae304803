import { describe, expect, it, test } from 'vitest';
import { testRecord } from '../../testing/test-engine.ts';
import { endpointRequestSchema } from '../request/endpoint-request.ts';
import { type ContainerRecord, type ContainerStatus, statusSchema } from './container.ts';
import { newEndpoint } from './endpoint.ts';
import {
  adopted,
  allows,
  exited,
  healthChecked,
  paused,
  removing,
  restartCancelled,
  restarting,
  started,
  startFailed,
  stoppedByMachine,
  type Transition,
  transitions,
  unpaused,
} from './transitions.ts';

const startedAt = '2026-01-02T00:00:00.000Z';
const finishedAt = new Date('2026-01-02T00:01:00.000Z');
const run = { pid: 42, monitorPid: 41, bootId: 'boot', startedAt: new Date(startedAt) };
const exit = { exitCode: 3, oomKilled: true, finishedAt, stoppedByHand: true };
const health = { status: 'healthy' as const, failingStreak: 0, log: [] };

const changes: Record<Transition, (record: ContainerRecord) => ContainerRecord> = {
  start: (record) => started(record, { ...run, restartCount: 2, health }),
  startFailed: (record) => startFailed(record, { exitCode: 127, error: 'not found' }),
  adopt: (record) => adopted(record, { ...run, status: 'running' }, finishedAt),
  pause: paused,
  unpause: unpaused,
  checkHealth: (record) => healthChecked(record, health),
  exit: (record) => exited(record, exit),
  restart: (record) => restarting(record, exit),
  cancelRestart: restartCancelled,
  remove: removing,
};

/** The state after each legal change. Every other change is illegal. */
const legal: Record<ContainerStatus, Partial<Record<Transition, ContainerStatus>>> = {
  created: { start: 'running', startFailed: 'created', adopt: 'running', remove: 'removing' },
  running: {
    ...{ startFailed: 'exited', pause: 'paused', checkHealth: 'running' },
    ...{ exit: 'exited', restart: 'restarting' },
  },
  paused: { unpause: 'running', checkHealth: 'paused', exit: 'exited', restart: 'restarting' },
  restarting: {
    ...{ start: 'running', startFailed: 'exited', adopt: 'running' },
    ...{ cancelRestart: 'exited', remove: 'removing' },
  },
  exited: { start: 'running', startFailed: 'exited', adopt: 'running', remove: 'removing' },
  removing: { adopt: 'running', remove: 'removing' },
  dead: { adopt: 'running', remove: 'removing' },
};

const inState = (status: ContainerStatus) =>
  testRecord({ status, startedAt: status === 'created' ? null : startedAt, restartCount: 1 });

const names = Object.keys(transitions) as Transition[];

describe.each(statusSchema.options)('a container that is %s', (status) => {
  const record = inState(status);

  it.each(names)('allows the right changes: %s', (name) => {
    const next = legal[status][name];
    expect(allows(record, name)).toBe(next !== undefined);
    const change = () => changes[name](record);
    if (next === undefined) expect(change).toThrow(`is ${status}: ${name} is illegal`);
    else expect(change().state.status).toBe(next);
  });

  it('is not modified in place', () => {
    const before = structuredClone(record);
    for (const name of names) if (allows(record, name)) changes[name](record);
    expect(record).toEqual(before);
  });
});

test('a start clears the result of the last run', () => {
  const record = restarting(inState('running'), exit);
  expect(changes.start(record).state).toMatchObject({
    ...{ pid: 42, monitorPid: 41, bootId: 'boot', startedAt, restartCount: 2, health },
    ...{ exitCode: 0, oomKilled: false, error: '', stoppedByHand: false },
  });
});

test('an exit keeps its result, but no process, address or port', () => {
  const asked = endpointRequestSchema.parse({});
  const running = changes.start(inState('created'));
  const onNetwork: ContainerRecord = {
    ...running,
    publishedPorts: [{ port: '80/tcp', hostIp: '0.0.0.0', hostPort: 8080 }],
    endpoints: {
      bridge: { ...newEndpoint({ id: 'n' }, asked), address: '172.18.0.2', endpointId: 'e' },
    },
  };
  for (const ended of [exited(onNetwork, exit), restarting(onNetwork, exit)]) {
    expect(ended.state).toMatchObject({
      ...{ pid: 0, monitorPid: 0, exitCode: 3, oomKilled: true, stoppedByHand: true },
      ...{ error: '', finishedAt: finishedAt.toISOString(), health: { status: 'unhealthy' } },
    });
    expect(ended.publishedPorts).toEqual([]);
    expect(ended.endpoints.bridge).toMatchObject({ networkId: 'n', address: '', endpointId: '' });
  }
  expect(exited(onNetwork, exit).state.restartCount).toBe(2);
  expect(restarting(onNetwork, exit).state.restartCount).toBe(3);
});

test('a failed start records the reason, and keeps the time of the last run', () => {
  expect(changes.startFailed(inState('exited')).state).toMatchObject({
    ...{ pid: 0, monitorPid: 0, exitCode: 127, error: 'not found', startedAt },
  });
});

test('an adopted container keeps its start time, or the current time', () => {
  expect(changes.adopt(inState('exited')).state).toMatchObject({ pid: 42, startedAt });
  expect(changes.adopt(inState('created')).state.startedAt).toBe(finishedAt.toISOString());
});

test('only a container that a user stopped stays stopped when the VM starts', () => {
  expect(restartCancelled(inState('restarting')).state.stoppedByHand).toBe(true);
  const before = inState('running').state;
  const stopped = exited(inState('running'), exit);
  expect(stoppedByMachine(stopped, before).state).toEqual({
    ...stopped.state,
    stoppedByHand: false,
  });
});
