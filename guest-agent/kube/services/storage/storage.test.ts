import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PersistentVolumeClaimSpec, PersistentVolumeSpec } from 'kubernetes-types/core/v1.js';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Engine } from '../../../engine/engine.ts';
import { testEngine } from '../../../engine/testing/test-engine.ts';
import type { Objects } from '../../objects/objects.ts';
import {
  events,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  storageClasses,
} from '../../objects/resources.ts';
import { createPod, eventually, inDefault, noLog, testObjects } from '../testing/stored-objects.ts';
import { startStorage } from './storage.ts';

let engine: Engine;
let objects: Objects;
beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'berth-storage-'));
  engine = await testEngine(directory);
  objects = await testObjects();
  const storage = await startStorage(objects, engine, noLog);
  onTestFinished(async () => {
    storage[Symbol.dispose]();
    await rm(directory, { recursive: true });
  });
});

const createClaim = (name: string, more: Partial<PersistentVolumeClaimSpec> = {}, size = '1Gi') =>
  objects.create(persistentVolumeClaims, {
    metadata: inDefault(name),
    spec: {
      ...{ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } }, ...more },
    },
  });
const createVolume = (name: string, storage: string, more: Partial<PersistentVolumeSpec> = {}) =>
  objects.create(persistentVolumes, {
    metadata: { name },
    spec: {
      ...{ accessModes: ['ReadWriteOnce'], capacity: { storage }, hostPath: { path: '/srv' } },
      ...{ storageClassName: 'manual', ...more },
    },
  });
const claimOf = (name: string) => objects.get(persistentVolumeClaims, inDefault(name));
const volumeOf = (name: string) => objects.get(persistentVolumes, { name });
const bound = (name: string) =>
  eventually(() => {
    const claim = claimOf(name);
    expect(claim?.status?.phase).toBe('Bound');
    return claim?.spec?.volumeName ?? '';
  });
const engineVolumes = () => engine.volumes.list().map(({ name }) => name);

test('a claim gets a volume of the engine, which goes with the claim', async () => {
  await createClaim('data');
  const volume = await bound('data');
  expect(claimOf('data')).toMatchObject({
    metadata: { finalizers: ['kubernetes.io/pvc-protection'] },
    spec: { storageClassName: 'berth' },
    status: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
  });
  await eventually(() => expect(volumeOf(volume)?.status?.phase).toBe('Bound'));
  expect(volumeOf(volume)).toMatchObject({
    metadata: { annotations: { 'berth.io/volume': 'kube-default-data' } },
    spec: { persistentVolumeReclaimPolicy: 'Delete', claimRef: { name: 'data' } },
  });
  expect(engineVolumes()).toEqual(['kube-default-data']);
  await objects.requestDeletion(persistentVolumeClaims, inDefault('data'));
  await eventually(() => expect(volumeOf(volume)).toBeUndefined());
  expect(claimOf('data')).toBeUndefined();
  expect(engineVolumes()).toEqual([]);
});

test('a deleted claim stays while a pod uses it', async () => {
  await createClaim('data');
  await bound('data');
  const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }];
  await createPod(objects, 'web', '10.0.0.1', { spec: { volumes } });
  await objects.requestDeletion(persistentVolumeClaims, inDefault('data'));
  // Whatever is queued has run when another claim is bound.
  await createClaim('other');
  await bound('other');
  expect(claimOf('data')?.metadata.deletionTimestamp).toBeDefined();
  await objects.remove(pods, inDefault('web'));
  await eventually(() => expect(claimOf('data')).toBeUndefined());
  // Its volume goes too, before the test removes the directory.
  await eventually(() => expect(engineVolumes()).toEqual(['kube-default-other']));
  await eventually(() => expect(objects.list(persistentVolumes)).toHaveLength(1));
});

test('a retained volume keeps its files, and a new claim of the same name gets another', async () => {
  await objects.create(storageClasses, {
    ...{ metadata: { name: 'keep' }, provisioner: 'berth.io/volume', reclaimPolicy: 'Retain' },
  });
  await createClaim('data', { storageClassName: 'keep' });
  const first = await bound('data');
  await writeFile(join(engine.volumes.mountpoint('kube-default-data'), 'file'), 'kept');
  await objects.requestDeletion(persistentVolumeClaims, inDefault('data'));
  await eventually(() => expect(volumeOf(first)?.status?.phase).toBe('Released'));
  await createClaim('data', { storageClassName: 'keep' });
  const second = await bound('data');
  expect(second).not.toBe(first);
  expect(engineVolumes()).toHaveLength(2);
  await objects.requestDeletion(persistentVolumes, { name: first });
  await eventually(() => expect(volumeOf(first)).toBeUndefined());
  expect(engineVolumes()).toContain('kube-default-data');
});

test('the files of a retained volume survive the next claim of the same name', async () => {
  await objects.create(storageClasses, {
    ...{ metadata: { name: 'keep' }, provisioner: 'berth.io/volume', reclaimPolicy: 'Retain' },
  });
  await createClaim('data', { storageClassName: 'keep' });
  const first = await bound('data');
  const kept = join(engine.volumes.mountpoint('kube-default-data'), 'file');
  await writeFile(kept, 'kept');
  await objects.requestDeletion(persistentVolumeClaims, inDefault('data'));
  await objects.requestDeletion(persistentVolumes, { name: first });
  await eventually(() => expect(volumeOf(first)).toBeUndefined());
  await createClaim('data');
  const second = await bound('data');
  await objects.requestDeletion(persistentVolumeClaims, inDefault('data'));
  await eventually(() => expect(volumeOf(second)).toBeUndefined());
  expect(engineVolumes()).toEqual(['kube-default-data']);
  expect(await readFile(kept, 'utf8')).toBe('kept');
});

test('a user’s own volume is neither given to a claim nor deleted with a volume', async () => {
  await engine.volumes.create('kube-default-data');
  await createClaim('data');
  const volume = await bound('data');
  expect(engineVolumes()).toHaveLength(2);
  // A user can write the annotations of a volume too.
  await objects.change(persistentVolumes, { name: volume }, (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      annotations: { ...current.metadata.annotations, 'berth.io/volume': 'kube-default-data' },
    },
  }));
  await objects.requestDeletion(persistentVolumeClaims, inDefault('data'));
  await eventually(() => expect(volumeOf(volume)).toBeUndefined());
  expect(engineVolumes()).toContain('kube-default-data');
});

test('a claim gets the smallest existing volume that fits', async () => {
  await createVolume('small', '500Mi');
  await createVolume('large', '10Gi');
  await createVolume('right', '2Gi');
  await createVolume('read-only', '1Gi', { accessModes: ['ReadOnlyMany'] });
  await createVolume('other-class', '1Gi', { storageClassName: 'other' });
  await createClaim('data', { storageClassName: 'manual' });
  expect(await bound('data')).toBe('right');
  await createClaim('more', { storageClassName: 'manual' });
  expect(await bound('more')).toBe('large');
  await createClaim('none', { storageClassName: 'manual' });
  await eventually(() =>
    expect(objects.list(events).map(({ message }) => message)).toContain(
      'storageclass.storage.k8s.io "manual" not found',
    ),
  );
  expect(claimOf('none')?.status?.phase).toBe('Pending');
  // A volume that comes later.
  await createVolume('late', '1Gi');
  expect(await bound('none')).toBe('late');
  expect(engineVolumes()).toEqual([]);
});

test('volumes can be kept for a claim, chosen by labels or named', async () => {
  const claimRef = { namespace: 'default', name: 'kept' };
  await createVolume('kept', '1Gi', { claimRef, storageClassName: '' });
  await createVolume('free', '1Gi', { storageClassName: '' });
  await createClaim('kept', { storageClassName: '' });
  expect(await bound('kept')).toBe('kept');
  await createClaim('named', { storageClassName: '', volumeName: 'free' });
  expect(await bound('named')).toBe('free');
  const labelled = await createVolume('labelled', '1Gi', { storageClassName: '' });
  await objects.change(persistentVolumes, { name: labelled.metadata.name }, (volume) => ({
    ...volume,
    metadata: { ...volume.metadata, labels: { tier: 'fast' } },
  }));
  await createVolume('unlabelled', '1Gi', { storageClassName: '' });
  const selector = { matchLabels: { tier: 'fast' } };
  await createClaim('fast', { storageClassName: '', selector });
  expect(await bound('fast')).toBe('labelled');
});

test('two claims whose volumes would have the same name get two volumes', async () => {
  const inNamespace = (namespace: string, name: string) =>
    objects.create(persistentVolumeClaims, {
      metadata: { namespace, name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } },
    });
  await inNamespace('a-b', 'c');
  await inNamespace('a', 'b-c');
  await eventually(() => expect(engineVolumes()).toHaveLength(2));
});

test('a claim that asks for more grows', async () => {
  await createClaim('data');
  const volume = await bound('data');
  await objects.change(persistentVolumeClaims, inDefault('data'), (claim) => ({
    ...claim,
    spec: { ...claim.spec, resources: { requests: { storage: '5Gi' } } },
  }));
  await eventually(() => expect(claimOf('data')?.status?.capacity).toEqual({ storage: '5Gi' }));
  expect(volumeOf(volume)?.spec?.capacity).toEqual({ storage: '5Gi' });
});

test('a volume in use can only be removed by force, and its claim is lost then', async () => {
  await createClaim('data');
  const volume = await bound('data');
  await objects.requestDeletion(persistentVolumes, { name: volume });
  await createClaim('other');
  await bound('other');
  expect(claimOf('data')?.status?.phase).toBe('Bound');
  await objects.change(persistentVolumes, { name: volume }, (current) => ({
    ...current,
    metadata: { ...current.metadata, finalizers: [] },
  }));
  await eventually(() => expect(claimOf('data')?.status?.phase).toBe('Lost'));
});

test('a volume of one pod has a claim that belongs to the pod', async () => {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  const volumes = [{ name: 'scratch', ephemeral: { volumeClaimTemplate: { spec } } }];
  const pod = await createPod(objects, 'web', '10.0.0.1', { spec: { volumes } });
  await bound('web-scratch');
  expect(claimOf('web-scratch')?.metadata.ownerReferences).toMatchObject([
    { kind: 'Pod', name: 'web', uid: pod.metadata.uid, controller: true },
  ]);
});
