import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import type { ScreenClient } from '../../../api/router.ts';
import type { Volume } from '../../../api/volumes.ts';
import { failureOf, next, nextWhere } from './answers.ts';
import type { ScreenEngine } from './screen-engine.ts';

/** What every transport must carry of volumes. */
export function describeVolumes(
  setting: () => { engine: ScreenEngine; client: ScreenClient },
): void {
  describe.skipIf(onWindows('the engine needs du and libc’s functions'))('volumes', () => {
    let engine: ScreenEngine;
    let client: ScreenClient;

    beforeEach(async () => {
      ({ engine, client } = setting());
      await writeFile(join(await engine.addVolume('data', { tier: 'db' }), 'file'), 'abc');
      await engine.addVolume('spare');
      await engine.addContainer({ image: 'postgres:18', name: 'db', volumes: ['data'] });
    });

    const run = async (steps: Promise<AsyncIterable<unknown>>) => {
      let last: unknown;
      for await (const step of await steps) last = step;
      return last;
    };
    /** What a volume takes on the disk: its folder and the one file. */
    const sizeOf = async (name: string) => {
      const root = engine.volumeRoot(name);
      const paths = [root, ...(await readdir(root)).map((file) => join(root, file))];
      const found = await Promise.all(paths.map((path) => stat(path)));
      return found.reduce((sum, { blocks }) => sum + blocks * 512, 0);
    };
    const names = async () => (await client.volumes.list()).map(({ name }) => name);

    it('lists them with who has them, and their sizes', async () => {
      expect(await client.volumes.list()).toMatchObject([
        { name: 'data', labels: { tier: 'db' }, usedBy: [{ name: 'db', running: false }] },
        { name: 'spare', usedBy: [] },
      ]);
      expect(await client.volumes.sizes()).toEqual({
        data: await sizeOf('data'),
        spare: await sizeOf('spare'),
      });
    });

    it('follows the volumes, and the containers that have them', async () => {
      const lists = await client.volumes.watch();
      expect(await next(lists)).toHaveLength(2);
      await vi.waitUntil(() => engine.listeners === 1);
      await engine.addVolume('third');
      await nextWhere(lists, (list) => list.length === 3);
      await engine.addContainer({ image: 'busybox:latest', name: 'web', volumes: ['spare'] });
      const users = (list: Volume[]) => list.find(({ name }) => name === 'spare')?.usedBy ?? [];
      const list = await nextWhere(lists, (each) => users(each).length > 0);
      expect(users(list)).toMatchObject([{ name: 'web' }]);
      await lists.return();
    });

    it('makes one, but never answers one that was there', async () => {
      const request = {
        name: 'made',
        labels: { a: 'b' },
        options: { type: 'tmpfs', device: 'tmpfs' },
      };
      await client.volumes.create(request);
      expect((await client.volumes.list())[1]).toMatchObject(request);
      expect((await failureOf(client.volumes.create(request))).data.code).toBe('conflict');
    });

    it('removes what no container has', async () => {
      await client.volumes.remove({ name: 'spare' });
      expect((await failureOf(client.volumes.remove({ name: 'data' }))).data.code).toBe('conflict');
      await engine.addVolume('other');
      // A volume that is in use by then stays; a removed volume isn't an error.
      const { removed } = await client.volumes.prune({ names: ['data', 'spare', 'other'] });
      expect(removed).toEqual(['other']);
      expect(await names()).toEqual(['data']);
    });

    it('clones one with its content', async () => {
      const last = await run(client.volumes.clone({ name: 'data', to: 'copy' }));
      expect(last).toMatchObject({ total: await sizeOf('data') });
      expect(await readFile(join(engine.volumeRoot('copy'), 'file'), 'utf8')).toBe('abc');
      const onto = run(client.volumes.clone({ name: 'data', to: 'spare' }));
      expect((await failureOf(onto)).data.code).toBe('conflict');
    });

    it('exports one, and imports it into a new one or over another', async () => {
      const to = join(socketDirectory(engine.socket), 'data.tar');
      await run(client.volumes.export({ name: 'data', to }));
      await run(client.volumes.import({ name: 'back', from: to, create: true }));
      await run(client.volumes.import({ name: 'spare', from: to, create: false }));
      for (const name of ['back', 'spare']) {
        expect(await readFile(join(engine.volumeRoot(name), 'file'), 'utf8')).toBe('abc');
      }
    });

    it('leaves nothing behind when a copy fails', async () => {
      const directory = socketDirectory(engine.socket);
      await writeFile(join(directory, 'broken.tar'), 'not an archive at all'.repeat(100));
      const from = join(directory, 'broken.tar');
      const failed = run(client.volumes.import({ name: 'new', from, create: true }));
      await failureOf(failed);
      expect(await names()).toEqual(['data', 'spare']);
      const to = join(directory, 'gone.tar');
      await failureOf(run(client.volumes.export({ name: 'nosuch', to })));
      expect((await readdir(directory)).filter((name) => name.startsWith('gone'))).toEqual([]);
    });
  });
}
