import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import type { FilePlace } from '../../../api/files.ts';
import type { ScreenClient } from '../../../api/router.ts';
import { failureOf, next } from './answers.ts';
import type { ScreenEngine } from './screen-engine.ts';

/** What every transport must carry of files in containers and volumes. */
export function describeFiles(setting: () => { engine: ScreenEngine; client: ScreenClient }): void {
  describe
    .skipIf(onWindows('the engine reads files with libc’s functions'))
    .each(['container', 'volume'] as const)('files of a %s', (kind) => {
    let client: ScreenClient;
    let place: FilePlace;
    let root: string;
    let computer: string;

    beforeEach(async () => {
      const { engine } = setting();
      ({ client } = setting());
      await engine.addImage('empty', { files: [] });
      const id = await engine.runContainer({ image: 'empty', name: 'web' });
      await engine.addVolume('data');
      place = kind === 'container' ? { kind, id } : { kind, name: 'data' };
      root = kind === 'container' ? await engine.containerRoot(id) : engine.volumeRoot('data');
      computer = join(socketDirectory(engine.socket), 'computer');
      await mkdir(computer, { recursive: true });
      await mkdir(join(root, 'etc/conf.d'), { recursive: true });
      await writeFile(join(root, 'etc/app.yaml'), 'port: 80\n');
      await writeFile(join(root, 'notes'), 'hello');
      await symlink('etc', join(root, 'short'));
    });

    const read = (path: string) => client.files.read({ place, path });
    const names = async (path: string) =>
      (await client.files.list({ place, path })).files.map(({ name }) => name);

    it('lists folders first, links to such among them', async () => {
      const { files, total } = await client.files.list({ place, path: '/' });
      expect(total).toBe(3);
      expect(files).toMatchObject([
        { name: 'etc', kind: 'folder' },
        { name: 'short', kind: 'link', target: 'etc', leadsTo: 'folder' },
        { name: 'notes', kind: 'file', size: 5 },
      ]);
      const failure = await failureOf(client.files.list({ place, path: '/nosuch' }));
      expect(failure.data.code).toBe('not-found');
    });

    it('shows text, and of other files what they are', async () => {
      await writeFile(join(root, 'binary'), Buffer.from([1, 0, 2]));
      await writeFile(join(root, 'latin'), Buffer.from('caf\xe9', 'latin1'));
      await writeFile(join(root, 'huge'), Buffer.alloc(1024 * 1024 + 1, 'x'));
      await writeFile(join(root, 'dot.png'), Buffer.from([0x89, 0x50]));
      await symlink('notes', join(root, 'link'));
      expect(await read('/notes')).toMatchObject({ kind: 'text', text: 'hello' });
      expect(await read('/link')).toMatchObject({ kind: 'text', text: 'hello' });
      expect(await read('/binary')).toEqual({ kind: 'binary', size: 3 });
      expect(await read('/latin')).toEqual({ kind: 'binary', size: 4 });
      expect(await read('/huge')).toEqual({ kind: 'large', size: 1024 * 1024 + 1 });
      const source = 'data:image/png;base64,iVA=';
      expect(await read('/dot.png')).toEqual({ kind: 'image', size: 2, source });
      expect((await failureOf(read('/etc'))).data.code).toBe('invalid');
    });

    it('saves over what was read, with the same permissions', async () => {
      await chmod(join(root, 'etc/app.yaml'), 0o640);
      const content = await read('/etc/app.yaml');
      const version = content.kind === 'text' ? content.version : '';
      const request = { place, path: '/etc/app.yaml', version };
      const saved = await client.files.save({ ...request, text: 'port: 8080\r\n' });
      expect(await readFile(join(root, 'etc/app.yaml'), 'utf8')).toBe('port: 8080\r\n');
      expect((await stat(join(root, 'etc/app.yaml'))).mode & 0o777).toBe(0o640);
      const failure = await failureOf(client.files.save({ ...request, text: 'stale' }));
      expect(failure.data.code).toBe('conflict');
      await client.files.save({ ...request, version: saved.version, text: 'port: 1\n' });
      expect(await readFile(join(root, 'etc/app.yaml'), 'utf8')).toBe('port: 1\n');
    });

    it('makes, renames and removes, but over nothing', async () => {
      await client.files.createFolder({ place, path: '/new' });
      await client.files.save({ place, path: '/new/file', text: 'x' });
      const again = client.files.save({ place, path: '/new/file', text: 'y' });
      expect((await failureOf(again)).data.code).toBe('conflict');
      const folder = client.files.createFolder({ place, path: '/etc' });
      expect((await failureOf(folder)).data.code).toBe('conflict');
      const onto = client.files.rename({ place, path: '/new/file', to: '/notes' });
      expect((await failureOf(onto)).data.code).toBe('conflict');
      await client.files.rename({ place, path: '/new/file', to: '/new/renamed' });
      expect(await names('/new')).toEqual(['renamed']);
      await client.files.remove({ place, path: '/new' });
      expect(await names('/')).toEqual(['etc', 'short', 'notes']);
    });

    it('downloads a file, a folder, and a folder as a tar', async () => {
      const download = async (path: string, to: string, as: 'copy' | 'tar') => {
        const target = join(computer, to);
        let bytes = 0;
        const steps = await client.files.download({ place, path, to: target, as });
        for await (const step of steps) bytes = step.bytes;
        expect(bytes).toBeGreaterThan(0);
        return target;
      };
      expect(await readFile(await download('/notes', 'n.txt', 'copy'), 'utf8')).toBe('hello');
      const folder = await download('/etc', 'copied', 'copy');
      expect(await readFile(join(folder, 'app.yaml'), 'utf8')).toBe('port: 80\n');
      const tar = await readFile(await download('/etc', 'etc.tar.gz', 'tar'));
      expect(tar.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
      const over = await client.files.download({ place, path: '/etc', to: folder, as: 'copy' });
      expect((await failureOf(next(over))).data.code).toBe('invalid');
    });

    it('uploads a file or folder, and replaces an existing one only on request', async () => {
      const from = join(computer, 'site');
      await mkdir(from);
      await writeFile(join(from, 'index.html'), 'hi');
      const upload = async (replace: boolean) => {
        const steps = await client.files.upload({ place, path: '/etc', from, replace });
        let last = await next(steps);
        for await (const step of steps) last = step;
        return last;
      };
      expect(await upload(false)).toMatchObject({ total: 2 });
      expect(await readFile(join(root, 'etc/site/index.html'), 'utf8')).toBe('hi');
      expect((await failureOf(upload(false))).data.code).toBe('conflict');
      await writeFile(join(from, 'index.html'), 'new');
      await upload(true);
      expect(await readFile(join(root, 'etc/site/index.html'), 'utf8')).toBe('new');
    });
  });
}
