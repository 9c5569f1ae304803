import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScreenClient } from '../../../api/router.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { failureOf, next } from './answers.ts';
import type { StandInEngine } from './stand-in-engine.ts';

interface Screen {
  readonly engine: StandInEngine;
  readonly client: ScreenClient;
}

async function all<T>(steps: Promise<AsyncIterable<T>>): Promise<T[]> {
  const seen: T[] = [];
  for await (const step of await steps) seen.push(step);
  return seen;
}

/** The images' part of what every transport must carry. */
export function describeImages(screen: () => Screen): void {
  describe('images', () => {
    it('pulls one, tells how it goes over all and by layer, and lists it', async () => {
      const { client } = screen();
      const progress = await all(client.images.pull({ reference: 'busybox' }));
      const total = 4_261_574;
      const layer = { id: 'a3ed95caeb02', status: 'Downloading', current: total / 4, total };
      expect(progress[0]).toEqual({ status: 'Downloading', current: total / 4, total, layer });
      expect(progress.at(-1)).toMatchObject({ status: 'Pull complete', current: total, total });
      expect(await client.images.list()).toMatchObject([
        { reference: 'busybox:latest', size: total, sharedSize: 0 },
      ]);
    });

    it('pulls for another platform', async () => {
      const { client, engine } = screen();
      await all(client.images.pull({ reference: 'busybox', platform: 'linux/arm64' }));
      expect(engine.images.platforms).toEqual(['linux/arm64']);
    });

    it('says why a pull failed, and what to do about it', async () => {
      const { client } = screen();
      const pull = await client.images.pull({ reference: 'no/such:thing' });
      const failure = await failureOf(next(pull));
      expect(failure.message).toBe('Manifest for no/such:thing not found');
      const denied = await failureOf(next(await client.images.pull({ reference: 'private/app' })));
      expect(denied.data.hint).toContain('log in to Docker Hub under Settings › Registries');
    });

    it('tells all about one, and how it was made', async () => {
      const { client, engine } = screen();
      engine.addImage('nginx:1');
      const image = await client.images.inspect({ reference: 'nginx:1' });
      expect(image).toMatchObject({
        names: ['nginx:1'],
        platform: 'linux/amd64',
        ports: ['80/tcp'],
        command: ['nginx', '-g', 'daemon off;'],
      });
      expect(JSON.parse(image.document)).toMatchObject({ Id: image.id });
      const steps = await client.images.history({ reference: 'nginx:1' });
      expect(steps.map(({ command }) => command)).toEqual([
        'ADD file:3b5a1c /',
        'COPY docker-entrypoint.sh /',
        'RUN apk add --no-cache nginx',
        'EXPOSE map[80/tcp:{}]',
        'CMD ["nginx" "-g" "daemon off;"]',
      ]);
    });

    it('gives one another name, and pushes it', async () => {
      const { client, engine } = screen();
      engine.addImage('busybox:latest');
      await client.images.tag({ reference: 'busybox:latest', name: 'localhost:5000/box:1' });
      const [tagged] = await client.images.list();
      expect(tagged?.reference).toBe('localhost:5000/box:1');
      const pushed = await all(client.images.push({ reference: 'localhost:5000/box:1' }));
      expect(pushed.at(-1)).toMatchObject({ status: 'Pushed' });
    });

    it('saves some into a file and loads a file', async () => {
      const { client, engine } = screen();
      const path = join(await temporaryDirectory(), 'images.tar');
      engine.addImage('busybox:latest');
      await all(client.images.save({ references: ['busybox:latest', 'nginx:1'], path }));
      expect(await readFile(path, 'utf8')).toBe('archive of busybox:latest, nginx:1');
      const loaded = await all(client.images.load({ path }));
      expect(loaded.at(-1)?.status).toBe('Loaded image: loaded:1');
      expect(await client.images.list()).toMatchObject([{ reference: 'loaded:1' }, {}]);
    });

    it('neither reads nor writes where it cannot', async () => {
      const { client } = screen();
      const directory = await temporaryDirectory();
      const missing = join(directory, 'missing');
      const load = await failureOf(all(client.images.load({ path: missing })));
      expect(load.message).toContain(`${missing} can't be read`);
      const request = { references: ['x'], path: join(missing, 'x.tar') };
      const save = await failureOf(all(client.images.save(request)));
      expect(save.message).toContain("can't be written");
      await writeFile(join(directory, 'file'), '');
      const folder = await failureOf(all(client.images.load({ path: directory })));
      expect(folder.message).toBe(`${directory} isn't a file`);
    });

    it('removes one, but not under a running container', async () => {
      const { client, engine } = screen();
      engine.addImage('busybox:latest');
      const { id } = await client.containers.run({ image: 'busybox:latest', tty: true });
      const request = { reference: 'busybox:latest', force: false };
      expect((await failureOf(client.images.remove(request))).data.code).toBe('conflict');
      await client.containers.remove({ id, force: true });
      await client.images.remove(request);
      expect(await client.images.list()).toEqual([]);
    });

    it('shows what a clean-up would remove before it does', async () => {
      const { client, engine } = screen();
      engine.addImage('alpine:3.22');
      engine.addImage('busybox:latest');
      engine.images.add();
      engine.images.add('mine:1');
      engine.addContainer({ image: 'alpine:3.22' });
      const kind = 'images';
      const nameless = await client.disk.prunePreview({ kind, scope: 'dangling' });
      expect(nameless).toMatchObject({
        going: [{ name: expect.stringMatching(/^sha256:/), size: 1_000_000 }],
        bytes: 1_000_000,
      });
      const unused = await client.disk.prunePreview({ kind });
      expect(unused.going.map(({ name }) => name)).toEqual([
        nameless.going[0]?.name,
        'busybox:latest',
      ]);
      expect(unused.staying).toEqual([{ name: 'mine:1', size: 1_000_000 }]);
      expect(await client.disk.prune({ kind })).toEqual({ reclaimed: unused.bytes });
      await client.disk.prune({ kind, scope: 'all' });
      expect(await client.images.list()).toMatchObject([{ reference: 'alpine:3.22' }]);
    });

    it('finds images in a registry', async () => {
      const { client } = screen();
      const [first] = await client.images.search({ term: 'nginx' });
      expect(first).toEqual({
        ...{ name: 'nginx', description: 'All about nginx', stars: 21_034, official: true },
      });
      const offline = await failureOf(client.images.search({ term: 'offline' }));
      expect(offline.data.hint).toContain('Check your internet connection');
    });
  });
}
