import { expect, it } from 'vitest';
import type { ListedObject } from '../../../electron/api/kube/workloads.ts';
import { logSource, podRows, stateOf, workloadRows } from './object-rows.ts';

const object = (part: Partial<ListedObject>): ListedObject => ({
  ...{ kind: 'Deployment', name: 'web', namespace: 'default', ready: '1/1', status: 'Running' },
  ...{ problem: '', restarts: 0, created: '', images: [], isHealthy: true, node: '', address: '' },
  ...{ containers: [], ports: [], depth: 0 },
  ...part,
});

const pod = (part: Partial<ListedObject>) => object({ kind: 'Pod', depth: 1, ...part });

it('gives each workload what is below it', () => {
  const rows = workloadRows([
    object({ name: 'web' }),
    pod({ name: 'web-1' }),
    object({ name: 'nightly', kind: 'CronJob' }),
    object({ name: 'nightly-1', kind: 'Job', depth: 1 }),
    pod({ name: 'nightly-1-x', depth: 2 }),
    pod({ name: 'alone', depth: 0 }),
  ]);
  expect(rows.map(({ name, below }) => [name, below.map((each) => each.name)])).toEqual([
    ['web', ['web-1']],
    ['nightly', ['nightly-1', 'nightly-1-x']],
    ['nightly-1', ['nightly-1-x']],
  ]);
  expect(podRows(rows)).toEqual([]);
});

it('shows the problem of a pod with its workload', () => {
  const [web] = workloadRows([
    object({ isHealthy: false, status: '0 of 1 pods are ready' }),
    pod({ status: 'CrashLoopBackOff', problem: 'exit code 1', isHealthy: false }),
  ]);
  expect(web && stateOf(web)).toEqual({
    ...{ tone: 'bad', text: '0 of 1 pods are ready', problem: 'CrashLoopBackOff: exit code 1' },
  });
});

it.each<[Partial<ListedObject>, string]>([
  [{}, 'good'],
  [{ replicas: 0 }, 'idle'],
  [{ kind: 'Pod', status: 'Completed' }, 'idle'],
  [{ kind: 'Pod', status: 'ContainerCreating', isHealthy: false }, 'busy'],
  [{ kind: 'Pod', status: 'OOMKilled', isHealthy: false }, 'bad'],
  [{ status: 'Failed', problem: 'deadline', isHealthy: false }, 'bad'],
])('%j is %s', (part, tone) => {
  expect(stateOf(object(part)).tone).toBe(tone);
});

it('finds the log of the last run of a CronJob', () => {
  const nightly = object({ name: 'nightly', kind: 'CronJob' });
  const [idle] = workloadRows([nightly]);
  expect(idle && logSource(idle)).toBeUndefined();
  const [row] = workloadRows([
    nightly,
    object({ name: 'nightly-2', kind: 'Job', depth: 1 }),
    pod({ name: 'nightly-2-x', depth: 2, created: '2026-03-02T03:00:00Z' }),
    object({ name: 'nightly-1', kind: 'Job', depth: 1 }),
    pod({ name: 'nightly-1-x', depth: 2, created: '2026-03-01T03:00:00Z' }),
  ]);
  expect(row && logSource(row)?.name).toBe('nightly-2-x');
  expect(logSource(object({}))?.name).toBe('web');
});
