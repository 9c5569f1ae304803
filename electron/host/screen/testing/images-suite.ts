import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StandInUploads } from '../../../../guest-agent/registry/testing/stand-in-uploads.ts';
import type { ScreenClient } from '../../../api/router.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { failureOf, next } from './answers.ts';
import type { ScreenEngine } from './screen-engine.ts';

interface Screen {
  readonly engine: ScreenEngine;
  readonly client: ScreenClient;
}

async function all<T>(steps: Promise<AsyncIterable<T>>): Promise<T[]> {
  const seen: T[] = [];
  for await (const step of await steps) seen.push(step);
  return seen;
}

const NGINX = { Cmd: ['nginx', '-g', 'daemon off;'], ExposedPorts: { '80/tcp': {} } };

const HISTORY = [
  'CMD ["nginx" "-g" "daemon off;"]',
  'EXPOSE map[80/tcp:{}]',
  'RUN /bin/sh -c apk add --no-cache nginx # buildkit',
  'COPY docker-entrypoint.sh / # buildkit',
  '/bin/sh -c #(nop) ADD file:3b5a1c in / ',
].map((CreatedBy) => ({
  Id: '<missing>',
  Created: 1_760_000_000,
  CreatedBy,
  Size: 0,
  Comment: '',
}));

/** The images' part of what every transport must carry. */
export function describeImages(screen: () => Screen): void {
  describe('images', () => {
    it('pulls one, tells how it goes over all and by layer, and lists it', async () => {
      const { client, engine } = screen();
      const content = randomBytes(3_000_000);
      engine.fake.offerImage('busybox', { files: [{ name: 'content', content }] });
      const progress = await all(client.images.pull({ reference: 'busybox' }));
      const step = progress.find(({ status }) => status === 'Downloading');
      const { current, total } = step ?? {};
      expect(total).toBeGreaterThan(content.length);
      expect(step).toEqual({
        ...{ status: 'Downloading', current, total },
        layer: {
          id: expect.stringMatching(/^[0-9a-f]{12}$/),
          status: 'Downloading',
          current,
          total,
        },
      });
      expect(progress.at(-1)).toMatchObject({ current: total, total });
      const complete = progress.filter(({ layer }) => layer?.id === step?.layer?.id).at(-1);
      expect(complete).toMatchObject({ status: 'Pull complete', current: total, total });
      expect(await client.images.list()).toMatchObject([
        { reference: 'busybox:latest', size: 3_001_856, sharedSize: 0 },
      ]);
    });

    it('pulls for another platform', async () => {
      const { client, engine } = screen();
      engine.fake.offerImage('busybox');
      await all(client.images.pull({ reference: 'busybox', platform: 'linux/arm64' }));
      expect(engine.fake.requests.at(-1)?.query).toMatchObject({ platform: 'linux/arm64' });
    });

    it('says why a pull failed, and what to do about it', async () => {
      const { client, engine } = screen();
      const pull = await client.images.pull({ reference: 'no/such:thing' });
      const failure = await failureOf(next(pull));
      expect(failure.message).toMatch(
        /^Manifest for \S*\bno\/such:thing not found: manifest unknown/,
      );
      const message = `pull access denied for private/app, repository does not exist or may require 'docker login'`;
      engine.fake.inject('POST /images/create', { kind: 'fail', status: 404, message });
      const denied = await failureOf(next(await client.images.pull({ reference: 'private/app' })));
      expect(denied.data.hint).toContain('log in to Docker Hub under Settings › Registries');
    });

    it('tells all about one, and how it was made', async () => {
      const { client, engine } = screen();
      await engine.addImage('nginx:1', { config: NGINX });
      engine.fake.answer('GET /images/*/history', HISTORY);
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
      await engine.addImage('busybox:latest');
      const name = `${engine.fake.registryHost}/box:1`;
      await client.images.tag({ reference: 'busybox:latest', name });
      const tagged = (await client.images.list()).map(({ reference }) => reference);
      expect(tagged.sort()).toEqual([name, 'busybox:latest']);
      engine.fake.registry.uploads = new StandInUploads();
      const pushed = await all(client.images.push({ reference: name }));
      expect(pushed.map(({ status }) => status)).toContain('Pushed');
    });

    it('saves some into a file and loads a file', async () => {
      const { client, engine } = screen();
      const path = join(await temporaryDirectory(), 'images.tar');
      await engine.addImage('busybox:latest');
      await engine.addImage('nginx:1');
      await all(client.images.save({ references: ['busybox:latest', 'nginx:1'], path }));
      for (const reference of ['busybox:latest', 'nginx:1']) {
        await client.images.remove({ reference, force: false });
      }
      expect(await client.images.list()).toEqual([]);
      const loaded = await all(client.images.load({ path }));
      expect(loaded.at(-1)?.status).toBe('Loaded image: nginx:1');
      const names = (await client.images.list()).map(({ reference }) => reference);
      expect(names.sort()).toEqual(['busybox:latest', 'nginx:1']);
    });

    it('neither reads nor writes where it cannot', async () => {
      const { client, engine } = screen();
      await engine.addImage('busybox:latest');
      const directory = await temporaryDirectory();
      const missing = join(directory, 'missing');
      const load = await failureOf(all(client.images.load({ path: missing })));
      expect(load.message).toContain(`${missing} can't be read`);
      const request = { references: ['busybox'], path: join(missing, 'x.tar') };
      const save = await failureOf(all(client.images.save(request)));
      expect(save.message).toContain("can't be written");
      await writeFile(join(directory, 'file'), '');
      const folder = await failureOf(all(client.images.load({ path: directory })));
      expect(folder.message).toBe(`${directory} isn't a file`);
    });

    it('removes one, but not under a running container', async () => {
      const { client, engine } = screen();
      await engine.addImage('busybox:latest');
      const { id } = await client.containers.run({ image: 'busybox:latest', tty: true });
      const request = { reference: 'busybox:latest', force: false };
      expect((await failureOf(client.images.remove(request))).data.code).toBe('conflict');
      await client.containers.remove({ id, force: true });
      await client.images.remove(request);
      expect(await client.images.list()).toEqual([]);
    });

    it('shows what a clean-up would remove before it does', async () => {
      const { client, engine } = screen();
      await engine.pullImage('alpine:3.22');
      await engine.addContainer({ image: 'alpine:3.22' });
      await engine.pullImage('busybox:latest', 'an older one');
      await engine.pullImage('busybox:latest');
      await engine.addImage('mine:1');
      const sizes = new Map(
        (await client.images.list()).map(({ reference, size }) => [reference, size]),
      );
      const kind = 'images';
      const nameless = await client.disk.prunePreview({ kind, scope: 'dangling' });
      const size = nameless.bytes;
      expect(size).toBeGreaterThan(0);
      expect(nameless).toMatchObject({
        going: [{ name: expect.stringMatching(/^sha256:/), size }],
      });
      const unused = await client.disk.prunePreview({ kind });
      expect(unused.going.map(({ name }) => name)).toEqual([
        nameless.going[0]?.name,
        'busybox:latest',
      ]);
      expect(unused.staying).toEqual([{ name: 'mine:1', size: sizes.get('mine:1') }]);
      expect(await client.disk.prune({ kind })).toEqual({ reclaimed: unused.bytes });
      await client.disk.prune({ kind, scope: 'all' });
      expect(await client.images.list()).toMatchObject([{ reference: 'alpine:3.22' }]);
    });

    it('finds images in a registry', async () => {
      const { client, engine } = screen();
      const found = { name: 'nginx', description: 'All about nginx', star_count: 21_034 };
      engine.fake.answer('GET /images/search', [{ ...found, is_official: true }]);
      const [first] = await client.images.search({ term: 'nginx' });
      expect(first).toEqual({
        ...{ name: 'nginx', description: 'All about nginx', stars: 21_034, official: true },
      });
      const message = 'Get "https://index.docker.io/v1/search": dial tcp: no such host';
      engine.fake.inject('GET /images/search', { kind: 'fail', status: 500, message });
      const offline = await failureOf(client.images.search({ term: 'offline' }));
      expect(offline.data.hint).toContain('Check your internet connection');
    });
  });
}
