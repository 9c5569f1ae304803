import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KubeObject, Stored } from '../objects/kube-object.ts';
import { keyOf } from '../objects/kube-object.ts';
import { Objects } from '../objects/objects.ts';
import { configMaps, namespaces, secrets } from '../objects/resources.ts';
import { createFirstObjects } from './first-objects.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startNamespaces } from './namespace-controller.ts';

let objects: Objects;
let stack: DisposableStack;

beforeEach(async () => {
  objects = new Objects();
  stack = new DisposableStack();
  await createFirstObjects(objects);
  stack.use(startGarbageCollector(objects, () => {}));
  stack.use(startNamespaces(objects, () => {}));
});

afterEach(() => stack.dispose());

const ownedBy = ({ kind, apiVersion, metadata }: Stored<KubeObject>) => ({
  ...{ kind, apiVersion, name: metadata.name, uid: metadata.uid, blockOwnerDeletion: true },
});

async function createOwner() {
  return objects.create(configMaps, { metadata: { name: 'owner', namespace: 'default' } });
}

async function createOwned(owners: readonly Stored<KubeObject>[], finalizers: string[] = []) {
  const ownerReferences = owners.map(ownedBy);
  const metadata = { name: 'owned', namespace: 'default', ownerReferences, finalizers };
  return objects.create(secrets, { metadata });
}

const find = (object: Stored<KubeObject>) => objects.get(secrets, keyOf(object));
const gone = (object: Stored<KubeObject>) =>
  vi.waitFor(() => expect(find(object)).toBeUndefined(), 10_000);

describe('owned objects', () => {
  it('go with their owner', async () => {
    const owner = await createOwner();
    const owned = await createOwned([owner]);
    await objects.requestDeletion(configMaps, keyOf(owner));
    await gone(owned);
  });

  it('stay while another owner exists', async () => {
    const owner = await createOwner();
    const other = await objects.create(configMaps, {
      metadata: { name: 'other', namespace: 'default' },
    });
    const owned = await createOwned([owner, other]);
    await objects.requestDeletion(configMaps, keyOf(owner));
    await vi.waitFor(() => {
      expect(find(owned)?.metadata.ownerReferences).toMatchObject([{ name: 'other' }]);
    }, 10_000);
  });

  it('go before their owner in the foreground', async () => {
    const owner = await createOwner();
    const owned = await createOwned([owner], ['example.com/wait']);
    await objects.requestDeletion(configMaps, keyOf(owner), undefined, 'Foreground');
    await vi.waitFor(() => expect(find(owned)?.metadata.deletionTimestamp).toBeDefined(), 10_000);
    expect(objects.get(configMaps, keyOf(owner))).toBeDefined();
    await objects.change(secrets, keyOf(owned), (object) => ({
      ...object,
      metadata: { ...object.metadata, finalizers: [] },
    }));
    await gone(owned);
    await vi.waitFor(() => expect(objects.get(configMaps, keyOf(owner))).toBeUndefined(), 10_000);
  });

  it('lose their owner if they are orphaned', async () => {
    const owner = await createOwner();
    const owned = await createOwned([owner]);
    await objects.requestDeletion(configMaps, keyOf(owner), undefined, 'Orphan');
    await vi.waitFor(() => expect(objects.get(configMaps, keyOf(owner))).toBeUndefined(), 10_000);
    expect(find(owned)?.metadata.ownerReferences).toEqual([]);
  });

  it('go if their owner was gone before', async () => {
    const owner = await createOwner();
    await objects.remove(configMaps, keyOf(owner));
    await gone(await createOwned([owner]));
  });
});

describe('a namespace', () => {
  it('goes once it is empty', async () => {
    await objects.create(namespaces, { metadata: { name: 'temporary' } });
    const inside = { name: 'inside', namespace: 'temporary', finalizers: ['example.com/wait'] };
    await objects.create(configMaps, { metadata: inside });
    await objects.requestDeletion(namespaces, { name: 'temporary' });
    const phase = () => objects.get(namespaces, { name: 'temporary' })?.status?.phase;
    await vi.waitFor(() => expect(phase()).toBe('Terminating'), 10_000);
    await objects.change(configMaps, inside, (object) => ({
      ...object,
      metadata: { ...object.metadata, finalizers: [] },
    }));
    await vi.waitFor(() => expect(phase()).toBeUndefined(), 10_000);
  });
});
