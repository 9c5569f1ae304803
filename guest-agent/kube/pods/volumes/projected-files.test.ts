import type { Volume } from 'kubernetes-types/core/v1.js';
import { expect, it } from 'vitest';
import { Objects } from '../../objects/objects.ts';
import { configMaps, pods, secrets } from '../../objects/resources.ts';
import { projectedFiles } from './projected-files.ts';

async function filesOf(volume: Omit<Volume, 'name'>) {
  const objects = new Objects();
  const namespace = 'default';
  await objects.create(configMaps, {
    metadata: { namespace, name: 'conf' },
    data: { 'app.ini': 'x=1', other: 'y' },
    binaryData: { logo: Buffer.from([1, 2]).toString('base64') },
  });
  await objects.create(secrets, {
    metadata: { namespace, name: 'keys' },
    data: { token: Buffer.from('t0p').toString('base64') },
  });
  // As an earlier version could store it.
  await objects.create(configMaps, {
    metadata: { namespace, name: 'evil' },
    data: { '../../etc/x': 'z' },
  });
  const pod = await objects.create(pods, {
    metadata: { namespace, name: 'web', labels: { b: '2', a: '1' } },
    spec: {
      containers: [{ name: 'app', resources: { limits: { memory: '64Mi' } } }],
    },
  });
  const view = { pod, podIps: ['10.1.0.5'], hostIp: '10.0.0.1' };
  const files = projectedFiles({ objects }, view, { name: 'v', ...volume });
  return (
    files &&
    Object.fromEntries(
      [...files].map(([path, { content, mode }]) => [path, `${mode.toString(8)} ${content}`]),
    )
  );
}

it('shows all keys of a ConfigMap, or some under other names', async () => {
  expect(await filesOf({ configMap: { name: 'conf' } })).toEqual({
    ...{ 'app.ini': '644 x=1', other: '644 y', logo: '644 \u0001\u0002' },
  });
  const items = [{ key: 'app.ini', path: 'etc/app.ini', mode: 0o600 }];
  expect(await filesOf({ configMap: { name: 'conf', defaultMode: 0o440, items } })).toEqual({
    'etc/app.ini': '600 x=1',
  });
});

it('joins several sources', async () => {
  const sources = [
    { secret: { name: 'keys' } },
    { configMap: { name: 'missing', optional: true } },
    {
      downwardAPI: {
        items: [
          { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
          {
            path: 'memory',
            resourceFieldRef: { containerName: 'app', resource: 'limits.memory', divisor: '1Mi' },
          },
        ],
      },
    },
  ];
  expect(await filesOf({ projected: { sources, defaultMode: 0o400 } })).toEqual({
    ...{ token: '400 t0p', labels: '400 a="1"\nb="2"', memory: '400 64' },
  });
});

it.each([
  [{ configMap: { name: 'no' } }, 'configmap "no" not found'],
  [{ secret: { secretName: 'no' } }, 'secret "no" not found'],
  [
    { configMap: { name: 'conf', items: [{ key: 'no', path: 'x' }] } },
    'configmap references non-existent config key: no',
  ],
  [{ configMap: { name: 'conf', items: [{ key: 'other', path: '../x' }] } }, 'invalid path: ../x'],
  [{ configMap: { name: 'conf', items: [{ key: 'other', path: '..x' }] } }, 'invalid path: ..x'],
  [{ configMap: { name: 'evil' } }, 'invalid path: ../../etc/x'],
])('rejects %o', async (volume, message) => {
  await expect(filesOf(volume)).rejects.toThrow(message);
});

it('knows no files of other volumes', async () => {
  expect(await filesOf({ emptyDir: {} })).toBeUndefined();
});
