import type { StatefulSet, StatefulSetSpec } from 'kubernetes-types/apps/v1.js';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  controllerRevisions,
  persistentVolumeClaims,
  pods,
  statefulSets,
} from '../../objects/resources.ts';
import { Workloads } from '../testing/workloads.ts';

const labels = { app: 'db' };
const template = (image: string): PodTemplateSpec => ({
  metadata: { labels },
  spec: { containers: [{ name: 'db', image }] },
});
const db = (spec: Partial<StatefulSetSpec> = {}): StatefulSet => ({
  metadata: { name: 'db' },
  spec: {
    replicas: 3,
    serviceName: 'db-headless',
    selector: { matchLabels: labels },
    template: template('db:1'),
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
    ...spec,
  },
});

let workloads: Workloads;
beforeEach(() => {
  workloads = new Workloads();
});
afterEach(() => workloads[Symbol.dispose]());

const change = (spec: Partial<StatefulSetSpec>) =>
  workloads.edit(statefulSets, 'db', (set) => ({
    ...set,
    spec: { ...(set.spec ?? db().spec), ...spec } as StatefulSetSpec,
  }));
const status = () => workloads.get(statefulSets, 'db').status;
const claims = () =>
  workloads.objects.list(persistentVolumeClaims).map(({ metadata }) => metadata.name);
const imageOf = (name: string) => workloads.get(pods, name).spec?.containers[0]?.image;
const revisions = () => workloads.objects.list(controllerRevisions);

describe('a StatefulSet', () => {
  it('starts its pods one after another, with stable names and a volume each', async () => {
    workloads.starts = () => 'running';
    await workloads.create(statefulSets, db());
    expect(workloads.podNames()).toEqual(['db-0']);
    await workloads.setReady('db-0');
    expect(workloads.podNames()).toEqual(['db-0', 'db-1']);
    await workloads.setReady('db-1');
    await workloads.setReady('db-2');
    const { metadata, spec } = workloads.get(pods, 'db-1');
    expect(metadata.labels).toMatchObject({
      ...labels,
      'statefulset.kubernetes.io/pod-name': 'db-1',
      'apps.kubernetes.io/pod-index': '1',
      'controller-revision-hash': status()?.currentRevision,
    });
    expect(spec).toMatchObject({
      ...{ hostname: 'db-1', subdomain: 'db-headless', nodeName: 'berth' },
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }],
    });
    expect(claims()).toEqual(['data-db-0', 'data-db-1', 'data-db-2']);
    expect(workloads.get(persistentVolumeClaims, 'data-db-0')).toMatchObject({
      metadata: { labels },
      spec: { resources: { requests: { storage: '1Gi' } } },
    });
    expect(status()).toMatchObject({
      ...{ replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3 },
    });
    expect(workloads.events('db')).toEqual(
      expect.arrayContaining([
        'SuccessfulCreate: create Claim data-db-0 Pod db-0 in StatefulSet db success',
        'SuccessfulCreate: create Pod db-0 in StatefulSet db successful',
      ]),
    );
    expect(workloads.failures).toEqual([]);
  });

  it('starts all pods at once with the policy Parallel', async () => {
    workloads.starts = () => 'running';
    await workloads.create(statefulSets, db({ podManagementPolicy: 'Parallel' }));
    expect(workloads.podNames()).toEqual(['db-0', 'db-1', 'db-2']);
  });

  it('starts the first pods of a huge number', async () => {
    workloads.starts = () => 'pending';
    await workloads.create(statefulSets, db({ replicas: 2_000_000_000 }));
    expect(workloads.podNames()).toEqual(['db-0']);
    expect(workloads.failures).toEqual([]);
  });

  it('gives a pod that is deleted its name and its volume again', async () => {
    await workloads.create(statefulSets, db());
    const { uid } = workloads.get(pods, 'db-1').metadata;
    const claim = workloads.get(persistentVolumeClaims, 'data-db-1').metadata.uid;
    await workloads.delete(pods, 'db-1');
    expect(workloads.podNames()).toEqual(['db-0', 'db-1', 'db-2']);
    expect(workloads.get(pods, 'db-1').metadata.uid).not.toBe(uid);
    expect(workloads.get(persistentVolumeClaims, 'data-db-1').metadata.uid).toBe(claim);
  });

  it('replaces a pod that failed', async () => {
    await workloads.create(statefulSets, db());
    await workloads.end('db-0', 1);
    expect(workloads.podNames()).toEqual(['db-0', 'db-1', 'db-2']);
    expect(workloads.events('db').join()).toContain('RecreatingFailedPod');
  });

  it('scales down from the highest number, one pod at a time, and keeps the volumes', async () => {
    await workloads.create(statefulSets, db());
    workloads.stopsAtOnce = false;
    await change({ replicas: 1 });
    expect(workloads.podNames()).toEqual(['db-0', 'db-1']);
    await workloads.stopAll();
    expect(workloads.podNames()).toEqual(['db-0']);
    await workloads.stopAll();
    expect(claims()).toEqual(['data-db-0', 'data-db-1', 'data-db-2']);
    await change({ replicas: 2 });
    expect(workloads.podNames()).toEqual(['db-0', 'db-1']);
  });

  it('updates from the highest number, each pod once the one before serves', async () => {
    await workloads.create(statefulSets, db());
    workloads.starts = () => 'running';
    await change({ template: template('db:2') });
    expect(['db-0', 'db-1', 'db-2'].map(imageOf)).toEqual(['db:1', 'db:1', 'db:2']);
    expect(status()).toMatchObject({ updatedReplicas: 1, currentReplicas: 2 });
    await workloads.setReady('db-2');
    expect(['db-0', 'db-1', 'db-2'].map(imageOf)).toEqual(['db:1', 'db:2', 'db:2']);
    await workloads.setReady('db-1');
    await workloads.setReady('db-0');
    expect(workloads.images()).toEqual(['db:2', 'db:2', 'db:2']);
    expect(status()?.currentRevision).toBe(status()?.updateRevision);
    expect(
      revisions()
        .map(({ revision }) => revision)
        .sort(),
    ).toEqual([1, 2]);
  });

  it('keeps the other pods serving if the new image does not start', async () => {
    await workloads.create(statefulSets, db());
    workloads.starts = () => 'running';
    await change({ template: template('db:broken') });
    await workloads.pass(600);
    expect(workloads.readyPods().map(({ metadata }) => metadata.name)).toEqual(['db-0', 'db-1']);
  });

  it('updates only from the partition on, also for pods that it replaces', async () => {
    await workloads.create(statefulSets, db());
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } };
    await change({ updateStrategy, template: template('db:2') });
    expect(['db-0', 'db-1', 'db-2'].map(imageOf)).toEqual(['db:1', 'db:1', 'db:2']);
    await workloads.delete(pods, 'db-0');
    expect(imageOf('db-0')).toBe('db:1');
    await change({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } });
    expect(workloads.images()).toEqual(['db:2', 'db:2', 'db:2']);
  });

  it.each([2, '50%'])('updates as many pods at once as maxUnavailable %s says', async (most) => {
    const podManagementPolicy = 'Parallel';
    await workloads.create(statefulSets, db({ podManagementPolicy }));
    workloads.starts = () => 'running';
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: most } };
    await change({ updateStrategy, template: template('db:2') });
    const images = () => ['db-0', 'db-1', 'db-2'].map(imageOf);
    expect(images()).toEqual(['db:1', 'db:2', 'db:2']);
    await workloads.setReady('db-1');
    expect(images()).toEqual(['db:2', 'db:2', 'db:2']);
  });

  it('with OnDelete, updates the pods that somebody deletes', async () => {
    await workloads.create(statefulSets, db({ updateStrategy: { type: 'OnDelete' } }));
    await change({ template: template('db:2') });
    expect(workloads.images()).toEqual(['db:1', 'db:1', 'db:1']);
    await workloads.delete(pods, 'db-1');
    expect(['db-0', 'db-1', 'db-2'].map(imageOf)).toEqual(['db:1', 'db:2', 'db:1']);
  });

  it('goes back to a template that it had, as a newer revision', async () => {
    await workloads.create(statefulSets, db());
    await change({ template: template('db:2') });
    await change({ template: template('db:1') });
    expect(workloads.images()).toEqual(['db:1', 'db:1', 'db:1']);
    expect(
      revisions()
        .map(({ revision }) => revision)
        .sort(),
    ).toEqual([2, 3]);
  });

  it('lets volumes go with its retention policy', async () => {
    await workloads.create(
      statefulSets,
      db({
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
      }),
    );
    const ownerOf = (claim: string) =>
      workloads
        .get(persistentVolumeClaims, claim)
        .metadata.ownerReferences?.map(({ kind, name }) => `${kind} ${name}`);
    expect(ownerOf('data-db-2')).toEqual(['StatefulSet db']);
    await change({ replicas: 2 });
    expect(ownerOf('data-db-2')).toEqual(['Pod db-2']);
    expect(ownerOf('data-db-1')).toEqual(['StatefulSet db']);
  });

  it('waits minReadySeconds before the next pod', async () => {
    await workloads.create(statefulSets, db({ replicas: 2, minReadySeconds: 10 }));
    expect(workloads.podNames()).toEqual(['db-0']);
    await workloads.pass(11);
    expect(workloads.podNames()).toEqual(['db-0', 'db-1']);
  });

  it('numbers its pods from ordinals.start', async () => {
    await workloads.create(statefulSets, db({ replicas: 2, ordinals: { start: 5 } }));
    expect(workloads.podNames()).toEqual(['db-5', 'db-6']);
  });
});
