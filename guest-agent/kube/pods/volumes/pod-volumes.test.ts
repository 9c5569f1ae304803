import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Engine } from '../../../engine/engine.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { onWindows } from '../../../testing/on-windows.ts';
import { Objects } from '../../objects/objects.ts';
import { configMaps, pods } from '../../objects/resources.ts';
import type { PodDirectories } from './pod-directories.ts';
import { PodVolumes } from './pod-volumes.ts';

it.skipIf(onWindows('symbolic links'))(
  'shows the last of many changes, however close they are',
  async () => {
    await using directory = await temporaryDirectory();
    const objects = new Objects();
    const key = { namespace: 'default', name: 'conf' };
    await objects.create(configMaps, { metadata: key, data: { value: '0' } });
    const pod = await objects.create(pods, {
      metadata: { namespace: 'default', name: 'web' },
      spec: { containers: [], volumes: [{ name: 'conf', configMap: { name: 'conf' } }] },
    });
    const path = join(directory.path, 'conf');
    const directories = { open: async () => {}, volume: () => path } as unknown as PodDirectories;
    const volumes = new PodVolumes({ engine: {} as Engine, objects }, directories);
    const view = { pod, podIps: [], hostIp: '' };
    await volumes.prepare(view);
    const refreshes: Promise<void>[] = [];
    for (let value = 1; value <= 50; value++) {
      const data = { value: String(value), [`key${value}`]: '' };
      await objects.change(configMaps, key, (conf) => ({ ...conf, data }));
      refreshes.push(volumes.refresh(() => view));
      if (value % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(refreshes);
    expect(await readFile(join(path, 'value'), 'utf8')).toBe('50');
    await volumes.close();
    await objects.change(configMaps, key, (conf) => ({ ...conf, data: { value: 'late' } }));
    await volumes.refresh(() => view);
    expect(await readFile(join(path, 'value'), 'utf8')).toBe('50');
  },
);
