import type { ContainerState, ContainerStatus, PodSpec } from 'kubernetes-types/core/v1.js';
import { describe, expect, it } from 'vitest';
import { Objects } from '../../objects/objects.ts';
import { pods } from '../../objects/resources.ts';
import { type PodFacts, podStatus } from './pod-status.ts';

const containerStatus = (
  name: string,
  state: ContainerState,
  more: Partial<ContainerStatus> = {},
): ContainerStatus => ({
  ...{ name, state, ready: state.running !== undefined, restartCount: 0, image: 'a', imageID: '' },
  ...more,
});
const running: ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const ended = (exitCode: number): ContainerState => ({ terminated: { exitCode } });
const waits: ContainerState = { waiting: { reason: 'ContainerCreating' } };

async function statusOf(
  facts: Partial<PodFacts>,
  spec: Partial<PodSpec> = {},
  status: object = {},
) {
  const pod = await new Objects().create(pods, {
    metadata: { namespace: 'default', name: 'web' },
    spec: { containers: [{ name: 'app' }], ...spec },
    status,
  });
  return podStatus(pod, {
    ...{ containers: [], initContainers: [], podIps: ['10.1.0.5'], hostIp: '10.0.0.1' },
    ...{ startTime: '2026-01-01T00:00:00Z', hasNetwork: true, isInitialized: true },
    ...{ isTerminating: false, ...facts },
  });
}

const conditionsOf = ({ conditions = [] }: { conditions?: { type: string; status: string }[] }) =>
  Object.fromEntries(conditions.map(({ type, status }) => [type, status]));

describe('phase', () => {
  it.each([
    ['Pending', [waits], 'Always'],
    ['Running', [running], 'Always'],
    ['Pending', [running, waits], 'Always'],
    ['Running', [running, ended(1)], 'Always'],
    ['Running', [ended(0)], 'Always'],
    ['Succeeded', [ended(0), ended(0)], 'Never'],
    ['Failed', [ended(0), ended(3)], 'Never'],
    ['Succeeded', [ended(0)], 'OnFailure'],
    ['Running', [ended(1)], 'OnFailure'],
  ])('is %s for %o with the policy %s', async (phase, states, restartPolicy) => {
    const containers = states.map((state, index) => containerStatus(`c${index}`, state));
    expect((await statusOf({ containers }, { restartPolicy })).phase).toBe(phase);
  });

  it('is Running in a crash loop', async () => {
    const state = { waiting: { reason: 'CrashLoopBackOff' } };
    const containers = [containerStatus('app', state, { lastState: ended(1) })];
    expect((await statusOf({ containers })).phase).toBe('Running');
  });

  it('is Failed after an init container of a pod that never restarts', async () => {
    const facts = {
      ...{ isInitialized: false, containers: [containerStatus('app', waits)] },
      initContainers: [containerStatus('setup', ended(1))],
    };
    const spec = { initContainers: [{ name: 'setup' }] };
    expect((await statusOf(facts, { ...spec, restartPolicy: 'Never' })).phase).toBe('Failed');
    expect((await statusOf(facts, { ...spec, restartPolicy: 'Always' })).phase).toBe('Pending');
  });

  it('is Failed after the deadline', async () => {
    const failure = { reason: 'DeadlineExceeded', message: 'too long' };
    const containers = [containerStatus('app', running)];
    expect(await statusOf({ failure, containers })).toMatchObject({ phase: 'Failed', ...failure });
  });
});

describe('conditions', () => {
  it('is ready when all containers are', async () => {
    const containers = [containerStatus('app', running)];
    expect(conditionsOf(await statusOf({ containers }))).toEqual({
      ...{ PodReadyToStartContainers: 'True', Initialized: 'True', Ready: 'True' },
      ...{ ContainersReady: 'True', PodScheduled: 'True' },
    });
    const unready = [containerStatus('app', running, { ready: false })];
    const status = await statusOf({ containers: unready });
    expect(status.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      ...{ status: 'False', reason: 'ContainersNotReady' },
      message: 'containers with unready status: [app]',
    });
  });

  it('is not ready while it is being deleted', async () => {
    const containers = [containerStatus('app', running)];
    expect(conditionsOf(await statusOf({ containers, isTerminating: true })).Ready).toBe('False');
  });

  it('waits for its readiness gates', async () => {
    const spec = { readinessGates: [{ conditionType: 'example.com/gate' }] };
    const containers = [containerStatus('app', running)];
    const closed = await statusOf({ containers }, spec);
    expect(conditionsOf(closed)).toMatchObject({ Ready: 'False', ContainersReady: 'True' });
    const gate = { type: 'example.com/gate', status: 'True' };
    const open = await statusOf({ containers }, spec, { conditions: [gate] });
    expect(conditionsOf(open)).toMatchObject({ Ready: 'True', 'example.com/gate': 'True' });
  });

  it('keeps the time of the last change', async () => {
    const known = { type: 'Ready', status: 'True', lastTransitionTime: '2020-01-01T00:00:00Z' };
    const containers = [containerStatus('app', running)];
    const same = await statusOf({ containers }, {}, { conditions: [known] });
    const time = (status: typeof same) =>
      status.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
    expect(time(same)).toBe('2020-01-01T00:00:00Z');
    const other = await statusOf(
      { containers: [], isInitialized: false },
      {},
      { conditions: [known] },
    );
    expect(time(other)).not.toBe('2020-01-01T00:00:00Z');
  });

  it('says why it can’t begin', async () => {
    const message = 'pod has unbound immediate PersistentVolumeClaims';
    const status = await statusOf({ unschedulable: message, isInitialized: false });
    expect(status.conditions?.find(({ type }) => type === 'PodScheduled')).toMatchObject({
      ...{ status: 'False', reason: 'Unschedulable', message },
    });
  });
});
