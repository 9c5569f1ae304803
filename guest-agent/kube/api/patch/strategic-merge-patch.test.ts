import { expect, it } from 'vitest';
import { deployments } from '../../objects/resources.ts';
import type { Json } from '../../schema/decode.ts';
import { loadSchemas } from '../../schema/schemas.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

const schemas = await loadSchemas();
const pod = (spec: Json) => ({ spec: { template: { spec } } });
const patched = (before: Json, patch: Json) =>
  strategicMergePatch(schemas, schemas.of(deployments), pod(before), pod(patch));

it.each<[string, Json, Json, Json]>([
  [
    'changes the item with the same key',
    { containers: [{ name: 'a', image: 'a:1' }, { name: 'b' }] },
    { containers: [{ name: 'a', image: 'a:2' }] },
    { containers: [{ name: 'a', image: 'a:2' }, { name: 'b' }] },
  ],
  [
    'deletes an item',
    { containers: [{ name: 'a' }, { name: 'b' }] },
    { containers: [{ name: 'a', $patch: 'delete' }] },
    { containers: [{ name: 'b' }] },
  ],
  [
    'orders items',
    { containers: [{ name: 'a' }, { name: 'b' }] },
    { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
    { containers: [{ name: 'b' }, { name: 'a' }] },
  ],
  [
    'replaces a list',
    { containers: [{ name: 'a' }] },
    { containers: [{ $patch: 'replace' }, { name: 'b' }] },
    { containers: [{ name: 'b' }] },
  ],
  [
    'keeps only some fields',
    { volumes: [{ name: 'v', emptyDir: {} }] },
    { volumes: [{ name: 'v', hostPath: { path: '/x' }, $retainKeys: ['name', 'hostPath'] }] },
    { volumes: [{ name: 'v', hostPath: { path: '/x' } }] },
  ],
  ['removes a field', { restartPolicy: 'Always' }, { restartPolicy: null }, {}],
  [
    'replaces lists that have no keys',
    { containers: [{ name: 'a', command: ['x', 'y'] }] },
    { containers: [{ name: 'a', command: ['z'] }] },
    { containers: [{ name: 'a', command: ['z'] }] },
  ],
])('a strategic merge patch %s', (_, before, patch, after) => {
  expect(patched(before, patch)).toEqual(pod(after));
});
