import { expect, it } from 'vitest';
import { podProblems, podSchema, podState, readyCount, restarts } from './pod.ts';

const pod = (status: object, metadata: object = {}) =>
  podSchema.parse({
    metadata: { name: 'web', ...metadata },
    spec: { containers: [{ name: 'web' }, { name: 'log' }], initContainers: [{ name: 'setup' }] },
    status,
  });

const waiting = (name: string, reason: string, message = '') => ({
  ...{ name, restartCount: 2 },
  state: { waiting: { reason, message } },
});
const running = (name: string) => ({ name, ready: true, state: { running: {} } });

it.each([
  [{ phase: 'Pending' }, 'Pending'],
  [{ phase: 'Running', containerStatuses: [running('web')] }, 'Running'],
  [{ phase: 'Succeeded' }, 'Completed'],
  [{ phase: 'Failed', reason: 'Evicted' }, 'Evicted'],
  [{ phase: 'Pending', initContainerStatuses: [waiting('setup', 'PodInitializing')] }, 'Init:0/1'],
  [
    { phase: 'Pending', initContainerStatuses: [waiting('setup', 'ImagePullBackOff')] },
    'Init:ImagePullBackOff',
  ],
  [
    { phase: 'Running', containerStatuses: [running('web'), waiting('log', 'CrashLoopBackOff')] },
    'CrashLoopBackOff',
  ],
])('%j is %s', (status, state) => {
  expect(podState(pod(status))).toBe(state);
});

it('a pod that is being deleted is terminating', () => {
  expect(podState(pod({ phase: 'Running' }, { deletionTimestamp: '2026-01-02T03:04:05Z' }))).toBe(
    'Terminating',
  );
});

it('counts containers and restarts, and says why containers can’t run', () => {
  const crashed = {
    ...waiting('log', 'CrashLoopBackOff'),
    lastState: { terminated: { exitCode: 3 } },
  };
  const troubled = pod({ phase: 'Running', containerStatuses: [running('web'), crashed] });
  expect(readyCount(troubled)).toBe('1/2');
  expect(restarts(troubled)).toBe(2);
  expect(podProblems(troubled)).toMatchObject([
    { container: 'log', reason: 'CrashLoopBackOff', hasCrashed: true, isFinal: false },
  ]);
  const unpulled = pod({
    containerStatuses: [waiting('web', 'ImagePullBackOff', 'no such image')],
  });
  expect(podProblems(unpulled)).toMatchObject([
    { reason: 'ImagePullBackOff', message: 'no such image', isFinal: true },
  ]);
});
