import type { ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubeError } from '../../kube-error.ts';
import { pods, replicaSets } from '../../objects/resources.ts';
import { namespace, Workloads } from '../testing/workloads.ts';

const labels = { app: 'web' };
const web = (replicas: number): ReplicaSet => ({
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
  },
});

const scale = (workloads: Workloads, replicas: number) =>
  workloads.edit(replicaSets, 'web', (set) => ({
    ...set,
    spec: { selector: { matchLabels: labels }, ...set.spec, replicas },
  }));

let workloads: Workloads;
beforeEach(() => {
  workloads = new Workloads();
});
afterEach(() => workloads[Symbol.dispose]());

describe('a ReplicaSet', () => {
  it('creates its pods, bound to the node and owned by it', async () => {
    await workloads.create(replicaSets, web(3));
    expect(workloads.pods()).toHaveLength(3);
    const [pod] = workloads.pods();
    expect(pod?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(pod?.metadata).toMatchObject({ generateName: 'web-', labels });
    expect(pod?.spec?.nodeName).toBe('berth');
    expect(pod?.metadata.ownerReferences).toMatchObject([
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', controller: true },
    ]);
    expect(workloads.get(replicaSets, 'web').status).toMatchObject({
      ...{ replicas: 3, fullyLabeledReplicas: 3, readyReplicas: 3, availableReplicas: 3 },
    });
    expect(workloads.events('web')).toContain(
      `SuccessfulCreate: Created pod: ${pod?.metadata.name}`,
    );
    expect(workloads.failures).toEqual([]);
  });

  it('replaces a pod that is deleted, and one that fails', async () => {
    await workloads.create(replicaSets, web(2));
    const [deleted = '', failed = ''] = workloads.podNames();
    await workloads.delete(pods, deleted);
    await workloads.end(failed, 1);
    expect(workloads.pods()).toHaveLength(2);
    expect(workloads.podNames()).not.toContain(deleted);
    expect(workloads.podNames()).not.toContain(failed);
    expect(workloads.get(pods, failed).metadata.ownerReferences).toMatchObject([{ name: 'web' }]);
  });

  it('deletes pods that are not ready first, then the newest ones', async () => {
    await workloads.create(replicaSets, web(1));
    const [oldest = ''] = workloads.podNames();
    await workloads.pass(5);
    await scale(workloads, 2);
    const second = workloads.podNames().find((name) => name !== oldest) ?? '';
    await workloads.pass(5);
    workloads.starts = () => 'running';
    await scale(workloads, 3);
    await scale(workloads, 2);
    expect(workloads.podNames().sort()).toEqual([oldest, second].sort());
    await scale(workloads, 1);
    expect(workloads.podNames()).toEqual([oldest]);
    expect(workloads.events('web')).toContain(`SuccessfulDelete: Deleted pod: ${second}`);
  });

  it('keeps a pod with a higher deletion cost', async () => {
    await workloads.create(replicaSets, web(3));
    const [, kept = ''] = workloads.podNames();
    await workloads.edit(pods, kept, (pod) => ({
      ...pod,
      metadata: {
        ...pod.metadata,
        annotations: { 'controller.kubernetes.io/pod-deletion-cost': '10' },
      },
    }));
    await scale(workloads, 1);
    expect(workloads.podNames()).toEqual([kept]);
  });

  it('adopts a pod that its selector selects, and releases one whose label is changed', async () => {
    const orphan: Pod = {
      metadata: { name: 'mine', namespace, labels },
      spec: { containers: [{ name: 'web', image: 'nginx' }] },
      status: { phase: 'Pending' },
    };
    await workloads.create(pods, orphan);
    await workloads.create(replicaSets, web(2));
    expect(workloads.pods()).toHaveLength(2);
    expect(workloads.get(pods, 'mine').metadata.ownerReferences).toMatchObject([{ name: 'web' }]);
    await workloads.edit(pods, 'mine', (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, labels: { app: 'debug' } },
    }));
    expect(workloads.get(pods, 'mine').metadata.ownerReferences).toEqual([]);
    expect(workloads.pods()).toHaveLength(3);
  });

  it('leaves pods of others alone', async () => {
    await workloads.create(replicaSets, web(1));
    const other = { ...web(1), metadata: { name: 'other' } };
    await workloads.create(replicaSets, other);
    expect(workloads.pods()).toHaveLength(2);
    await scale(workloads, 0);
    expect(workloads.podNames()).toEqual([expect.stringMatching(/^other-/)]);
  });

  it('counts a pod as available after minReadySeconds', async () => {
    const set = web(1);
    await workloads.create(replicaSets, {
      ...set,
      spec: { selector: {}, ...set.spec, minReadySeconds: 10 },
    });
    const status = () => workloads.get(replicaSets, 'web').status;
    expect(status()).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    await workloads.pass(11);
    expect(status()).toMatchObject({ readyReplicas: 1, availableReplicas: 1 });
  });

  it('says why it cannot create pods, and tries again', async () => {
    const { create } = workloads.objects;
    const refusal = new KubeError('Forbidden', 'exceeded quota: pods=0');
    workloads.objects.create = async (resource, object) => {
      if (resource.kind === 'Pod') throw refusal;
      return create.call(workloads.objects, resource, object) as never;
    };
    await workloads.create(replicaSets, web(1));
    expect(workloads.get(replicaSets, 'web').status?.conditions).toMatchObject([
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal.message },
    ]);
    expect(workloads.events('web')).toEqual([`FailedCreate: Error creating: ${refusal.message}`]);
    workloads.objects.create = create;
    await workloads.pass(60);
    expect(workloads.pods()).toHaveLength(1);
    expect(workloads.get(replicaSets, 'web').status?.conditions ?? []).toEqual([]);
  });
});
