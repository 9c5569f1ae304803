import type { Deployment, DeploymentSpec, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Stored } from '../../objects/kube-object.ts';
import { deployments, pods, replicaSets } from '../../objects/resources.ts';
import { Workloads } from '../testing/workloads.ts';

const labels = { app: 'web' };
const template = (image: string): PodTemplateSpec => ({
  metadata: { labels },
  spec: { containers: [{ name: 'web', image }] },
});
const web = (spec: Partial<DeploymentSpec> = {}): Deployment => ({
  metadata: { name: 'web' },
  spec: { replicas: 3, selector: { matchLabels: labels }, template: template('web:1'), ...spec },
});

let workloads: Workloads;
beforeEach(() => {
  workloads = new Workloads();
});
afterEach(() => workloads[Symbol.dispose]());

const change = (spec: Partial<DeploymentSpec>) =>
  workloads.edit(deployments, 'web', (deployment) => ({
    ...deployment,
    spec: { ...(deployment.spec ?? web().spec), ...spec } as DeploymentSpec,
  }));
const setImage = (image: string) => change({ template: template(image) });
const status = () => workloads.get(deployments, 'web').status;
const condition = (type: string) => status()?.conditions?.find((each) => each.type === type);
const sets = (): Stored<ReplicaSet>[] =>
  workloads.objects.list(replicaSets).sort((a, b) => Number(revision(a)) - Number(revision(b)));
const revision = ({ metadata }: Stored<ReplicaSet> | Stored<Deployment>) =>
  metadata.annotations?.['deployment.kubernetes.io/revision'];
/** The image and the number of pods of each ReplicaSet, the oldest revision first. */
const sizes = () =>
  sets().map(({ spec }) => [spec?.template?.spec?.containers[0]?.image, spec?.replicas]);

/** What `kubectl rollout undo --to-revision` does. */
const undo = (to: string) => {
  const old = sets().find((set) => revision(set) === to)?.spec?.template ?? template('missing');
  const { 'pod-template-hash': _, ...rest } = old.metadata?.labels ?? {};
  return change({ template: { ...old, metadata: { labels: rest } } });
};

/** New pods turn ready only if `readyImages` has their image. */
const onlyReady = (...images: string[]) => {
  workloads.starts = ({ spec }) =>
    images.includes(spec?.containers[0]?.image ?? '') ? 'ready' : 'running';
};

describe('a Deployment', () => {
  it('runs its pods through a ReplicaSet of its template', async () => {
    await workloads.create(deployments, web());
    const [set] = sets();
    const hash = set?.metadata.labels?.['pod-template-hash'];
    expect(set?.metadata.name).toBe(`web-${hash}`);
    expect(set?.spec?.selector.matchLabels).toEqual({ ...labels, 'pod-template-hash': hash });
    expect(set?.metadata.ownerReferences).toMatchObject([{ kind: 'Deployment', name: 'web' }]);
    expect(workloads.podNames()).toEqual(
      [1, 2, 3].map(() => expect.stringMatching(new RegExp(`^web-${hash}-[a-z0-9]{5}$`))),
    );
    expect(status()).toMatchObject({
      ...{ replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 },
      unavailableReplicas: 0,
    });
    expect(condition('Available')).toMatchObject({
      ...{ status: 'True', reason: 'MinimumReplicasAvailable' },
    });
    expect(condition('Progressing')).toMatchObject({
      ...{ status: 'True', reason: 'NewReplicaSetAvailable' },
      message: `ReplicaSet "web-${hash}" has successfully progressed.`,
    });
    expect(revision(workloads.get(deployments, 'web'))).toBe('1');
    expect(workloads.events('web')).toEqual([
      `ScalingReplicaSet: Scaled up replica set web-${hash} from 0 to 3`,
    ]);
    expect(workloads.failures).toEqual([]);
  });

  it('rolls forward without ever having fewer pods than allowed', async () => {
    await workloads.create(deployments, web({ replicas: 4 }));
    let fewest = 4;
    let most = 4;
    workloads.objects.listen(pods, () => {
      fewest = Math.min(fewest, workloads.readyPods().length);
      most = Math.max(most, workloads.pods().length);
    });
    await setImage('web:2');
    expect(workloads.images()).toEqual(['web:2', 'web:2', 'web:2', 'web:2']);
    expect([fewest, most]).toEqual([3, 5]);
    expect(sizes()).toEqual([
      ['web:1', 0],
      ['web:2', 4],
    ]);
    expect(condition('Progressing')?.reason).toBe('NewReplicaSetAvailable');
    expect(revision(workloads.get(deployments, 'web'))).toBe('2');
  });

  it.each([
    { maxSurge: 2, maxUnavailable: 0, most: 6, fewest: 4 },
    { maxSurge: 0, maxUnavailable: 1, most: 4, fewest: 3 },
    { maxSurge: '50%', maxUnavailable: '50%', most: 6, fewest: 2 },
    { maxSurge: 0, maxUnavailable: '10%', most: 4, fewest: 3 },
  ])('keeps maxSurge $maxSurge and maxUnavailable $maxUnavailable', async (limits) => {
    const { maxSurge, maxUnavailable } = limits;
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
    await workloads.create(deployments, web({ replicas: 4, strategy }));
    onlyReady('web:1');
    await setImage('web:2');
    expect(workloads.pods().length).toBeLessThanOrEqual(limits.most);
    expect(workloads.readyPods()).toHaveLength(limits.fewest);
    onlyReady('web:1', 'web:2');
    for (let ready = 0; ready < 8; ready++) {
      for (const { metadata } of workloads.pods()) await workloads.setReady(metadata.name);
      expect(workloads.readyPods().length).toBeGreaterThanOrEqual(limits.fewest);
      expect(workloads.pods().length).toBeLessThanOrEqual(limits.most);
    }
    expect(workloads.images()).toEqual(['web:2', 'web:2', 'web:2', 'web:2']);
  });

  it('keeps the old pods serving while the new image does not start, and says so', async () => {
    await workloads.create(deployments, web({ progressDeadlineSeconds: 60 }));
    onlyReady('web:1');
    await setImage('web:broken');
    expect(workloads.images()).toEqual(['web:1', 'web:1', 'web:1', 'web:broken']);
    expect(condition('Available')?.status).toBe('True');
    expect(condition('Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    await workloads.pass(65);
    expect(workloads.readyPods()).toHaveLength(3);
    expect(condition('Progressing')).toMatchObject({
      ...{ status: 'False', reason: 'ProgressDeadlineExceeded' },
      message: expect.stringMatching(/^ReplicaSet "web-\w+" has timed out progressing\.$/),
    });
  });

  it('goes back to an older revision, as kubectl rollout undo asks for', async () => {
    const first = web();
    await workloads.create(deployments, {
      ...first,
      metadata: { name: 'web', annotations: { 'kubernetes.io/change-cause': 'first' } },
    });
    const [old] = sets();
    onlyReady('web:1');
    await setImage('web:broken');
    await undo('1');
    expect(workloads.images()).toEqual(['web:1', 'web:1', 'web:1']);
    expect(sizes()).toEqual([
      ['web:broken', 0],
      ['web:1', 3],
    ]);
    const [, current] = sets();
    expect(current?.metadata.name).toBe(old?.metadata.name);
    expect(current?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
      'kubernetes.io/change-cause': 'first',
    });
    expect(condition('Progressing')?.reason).toBe('NewReplicaSetAvailable');
  });

  it('restarts all pods, as kubectl rollout restart asks for', async () => {
    await workloads.create(deployments, web());
    const before = workloads.podNames();
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2030-01-01T00:00:00Z' };
    const { spec } = template('web:1');
    await change({ template: { metadata: { labels, annotations }, ...(spec ? { spec } : {}) } });
    expect(workloads.pods()).toHaveLength(3);
    expect(workloads.podNames().filter((name) => before.includes(name))).toEqual([]);
    expect(workloads.pods()[0]?.metadata.annotations).toEqual(annotations);
  });

  it('with Recreate, starts new pods only after the last old one has ended', async () => {
    await workloads.create(deployments, web({ strategy: { type: 'Recreate' } }));
    workloads.stopsAtOnce = false;
    await setImage('web:2');
    expect(workloads.pods()).toEqual([]);
    await workloads.stopAll();
    expect(workloads.images()).toEqual(['web:2', 'web:2', 'web:2']);
    expect(condition('Progressing')?.reason).toBe('NewReplicaSetAvailable');
  });

  it('does not roll out while it is paused, but scales', async () => {
    await workloads.create(deployments, web());
    await change({ paused: true, template: template('web:2') });
    expect(workloads.images()).toEqual(['web:1', 'web:1', 'web:1']);
    expect(condition('Progressing')).toMatchObject({
      ...{ status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' },
    });
    await change({ replicas: 4 });
    expect(workloads.images()).toEqual(['web:1', 'web:1', 'web:1', 'web:1']);
    await change({ paused: false });
    expect(workloads.images()).toEqual(['web:2', 'web:2', 'web:2', 'web:2']);
    expect(condition('Progressing')?.reason).toBe('NewReplicaSetAvailable');
  });

  it('shares new pods between the revisions if it is scaled in the middle of a rollout', async () => {
    const strategy = {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 3, maxUnavailable: 2 },
    };
    await workloads.create(deployments, web({ replicas: 10, strategy }));
    onlyReady('web:1');
    await setImage('web:2');
    expect(sizes()).toEqual([
      ['web:1', 8],
      ['web:2', 5],
    ]);
    await change({ replicas: 15 });
    expect(sizes()).toEqual([
      ['web:1', 11],
      ['web:2', 7],
    ]);
    expect(workloads.readyPods().length).toBeGreaterThanOrEqual(11);
  });

  it('scales up and down, to nothing and back', async () => {
    await workloads.create(deployments, web({ replicas: 1 }));
    await change({ replicas: 3 });
    expect(workloads.pods()).toHaveLength(3);
    await change({ replicas: 0 });
    expect(workloads.pods()).toEqual([]);
    expect(status()).toMatchObject({ replicas: 0, availableReplicas: 0 });
    await change({ replicas: 2 });
    expect(workloads.pods()).toHaveLength(2);
    expect(sets()).toHaveLength(1);
  });

  it('keeps as many old revisions as revisionHistoryLimit says', async () => {
    await workloads.create(deployments, web({ revisionHistoryLimit: 1 }));
    for (const image of ['web:2', 'web:3', 'web:4']) await setImage(image);
    expect(sizes()).toEqual([
      ['web:3', 0],
      ['web:4', 3],
    ]);
  });

  it('moves on only after new pods stay ready for minReadySeconds', async () => {
    await workloads.create(deployments, web({ replicas: 1, minReadySeconds: 10 }));
    await workloads.pass(11);
    await setImage('web:2');
    expect(workloads.images()).toEqual(['web:1', 'web:2']);
    await workloads.pass(11);
    expect(workloads.images()).toEqual(['web:2']);
  });

  it('changes its mind in the middle of a rollout', async () => {
    await workloads.create(deployments, web());
    onlyReady('web:1', 'web:3');
    await setImage('web:2');
    await setImage('web:3');
    expect(workloads.images()).toEqual(['web:3', 'web:3', 'web:3']);
    expect(sizes()).toEqual([
      ['web:1', 0],
      ['web:2', 0],
      ['web:3', 3],
    ]);
  });

  it('says that it cannot create pods', async () => {
    const { create } = workloads.objects;
    workloads.objects.create = async (resource, object) => {
      if (resource.kind === 'Pod') throw new Error('exceeded quota');
      return create.call(workloads.objects, resource, object) as never;
    };
    await workloads.create(deployments, web());
    expect(condition('ReplicaFailure')).toMatchObject({
      ...{ status: 'True', reason: 'FailedCreate', message: 'exceeded quota' },
    });
    expect(condition('Available')?.status).toBe('False');
  });
});
