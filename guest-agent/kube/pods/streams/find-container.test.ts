import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { expect, it } from 'vitest';
import { Objects } from '../../objects/objects.ts';
import { pods } from '../../objects/resources.ts';
import { chooseContainer, findPod } from './find-container.ts';

async function choose(spec: PodSpec, name?: string) {
  const objects = new Objects();
  const key = { namespace: 'default', name: 'web' };
  await objects.create(pods, { metadata: key, spec });
  return chooseContainer(findPod(objects, key), name).name;
}

it('takes the only container, or the named one', async () => {
  expect(await choose({ containers: [{ name: 'a' }] })).toBe('a');
  const containers = [{ name: 'a' }, { name: 'b' }];
  expect(await choose({ containers }, 'b')).toBe('b');
  expect(await choose({ containers, initContainers: [{ name: 'i' }] }, 'i')).toBe('i');
});

it('says which containers there are', async () => {
  const containers = [{ name: 'a' }, { name: 'b' }];
  await expect(choose({ containers })).rejects.toMatchObject({
    reason: 'BadRequest',
    message: 'a container name must be specified for pod web, choose one of: [a b]',
  });
  await expect(choose({ containers, initContainers: [{ name: 'i' }] })).rejects.toThrow(
    'choose one of: [a b] or one of the init containers: [i]',
  );
  await expect(choose({ containers }, 'c')).rejects.toThrow('container c is not valid for pod web');
});

it('finds no pod that isn’t there', () => {
  expect(() => findPod(new Objects(), { namespace: 'default', name: 'web' })).toThrow(
    'pods "web" not found',
  );
});
