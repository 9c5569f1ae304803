import {
  chmod,
  lstat,
  mkdir,
  open as openFile,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { listXattrs, loadFileCalls } from '../../runtime/files/file-calls.ts';
import { readMounts } from '../../runtime/mounts/mount-info.ts';
import { sha256 } from '../digest.ts';
import { mkfsErofs } from '../testing/erofs-tools.ts';
import { hostileTar, seededRandom } from '../testing/hostile-tars.ts';
import { layerStoreSuite } from '../testing/layers-suite.ts';
import { writeTar } from '../testing/tar-writer.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { ErofsLayers } from './erofs.ts';
import { makeErofsIndex } from './erofs-index.ts';
import { OutlineFile } from './outline-file.ts';
import { TarScan } from './tar-scan.ts';

let mkfs: string;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeAll(async () => {
  mkfs = await mkfsErofs();
}, 300_000);

beforeEach(async () => {
  directory = await temporaryDirectory();
  // For programs of tests, which nobody runs.
  await chmod(directory.path, 0o711);
});

afterEach(async () => {
  const layers = await open();
  for (const { diffId } of layers.list()) await layers.remove(diffId);
  await directory[Symbol.asyncDispose]();
});

function open(bootId = 'boot', program = mkfs): Promise<ErofsLayers> {
  return ErofsLayers.load({
    directory: join(directory.path, 'layers'),
    mountDirectory: join(directory.path, 'l'),
    ...{ mkfs: program, bootId },
  });
}

async function mounted(layers: ErofsLayers, tar: Buffer): Promise<string> {
  const diffId = sha256(tar);
  await layers.ingest(diffId, Readable.from([tar]));
  return layers.mount(diffId);
}

layerStoreSuite(() => open());

test('mounts a layer once, even after a restart', async () => {
  const tar = writeTar([{ name: 'file', content: 'x' }]);
  const target = await mounted(await open(), tar);
  expect(await (await open()).mount(sha256(tar))).toBe(target);
  const mounts = await readMounts();
  expect(mounts.filter(({ mountPoint }) => mountPoint === target)).toHaveLength(1);
  expect(target).toBe(join(directory.path, 'l', sha256(tar).slice(7, 19)));
});

test('adds directories that a layer omits, as Docker does', async () => {
  const target = await mounted(
    await open(),
    writeTar([
      { name: 'a/b/file', content: 'x' },
      { name: `${'long/'.repeat(40)}file`, content: 'x' },
      { name: 'c/', type: 'directory', mode: 0o700, uid: 7 },
      { name: 'c/d/file', content: 'x' },
      { name: 'é/file', content: 'x' },
    ]),
  );
  const facts = async (name: string) => {
    const { mode, uid } = await lstat(join(target, name));
    return [(mode & 0o7777).toString(8), uid];
  };
  for (const implied of ['.', 'a', 'a/b', 'c/d', 'é', 'long', 'long/'.repeat(40)]) {
    expect([implied, ...(await facts(implied))]).toEqual([implied, '755', 0]);
  }
  expect(await facts('c')).toEqual(['700', 7]);
});

test.each([
  ['nothing at all', Buffer.alloc(0)],
  ['only an end mark', Buffer.alloc(1024)],
  ['an end mark and padding', Buffer.alloc(10240)],
])('a layer of %s mounts as an empty directory', async (_, tar) => {
  expect(await readdir(await mounted(await open(), tar))).toEqual([]);
});

test.each([
  ['without an end mark', 0],
  ['with half an end mark', 512],
  ['with padding after the end mark', 9000],
])('a tar %s', async (_, zeros) => {
  const whole = writeTar([{ name: 'dir/file', content: 'content' }]);
  const tar = Buffer.concat([whole.subarray(0, -1024), Buffer.alloc(zeros)]);
  const target = await mounted(await open(), tar);
  expect(await readFile(join(target, 'dir/file'), 'utf8')).toBe('content');
  const stored = join(directory.path, 'layers', sha256(tar).slice(7), 'layer.tar');
  expect((await readFile(stored)).equals(tar)).toBe(true);
});

test('absolute names stay inside the layer', async () => {
  const target = await mounted(await open(), writeTar([{ name: '/absolute', content: 'x' }]));
  expect(await readdir(target)).toEqual(['absolute']);
});

test('reads layers of other tools as Docker does', async () => {
  const target = await mounted(
    await open(),
    writeTar([
      { name: '/', type: 'directory', mode: 0o700 },
      { name: 'file', content: 'x', pax: { uid: '100000', mtime: '1500000000.5' } },
      { name: '.wh.gone', content: '' },
      { name: '.wh.linked', type: 'link', target: '.wh..wh.aufs' },
      { name: 'hard', type: 'link', target: './file' },
      { name: `${'n'.repeat(200)}/deep`, content: 'y', pax: { comment: 'ignored' } },
    ]),
  );
  expect((await readdir(target)).sort()).toEqual(
    ['file', 'gone', 'hard', 'linked', 'n'.repeat(200)].sort(),
  );
  expect((await stat(target)).mode & 0o777).toBe(0o700);
  const file = await stat(join(target, 'file'));
  expect([file.uid, file.nlink, Math.floor(file.mtimeMs / 1000)]).toEqual([100_000, 2, 1.5e9]);
  for (const name of ['gone', 'linked']) {
    expect((await lstat(join(target, name))).isCharacterDevice()).toBe(true);
  }
});

test("ignores a layer's attributes that only the system can set", async () => {
  await loadFileCalls();
  const target = await mounted(
    await open(),
    writeTar([
      {
        ...{ name: 'redir/', type: 'directory' },
        pax: {
          'SCHILY.xattr.trusted.overlay.redirect': '/etc',
          'SCHILY.xattr.user.note': 'kept',
          'LIBARCHIVE.xattr.trusted.overlay.opaque': 'eQ==',
        },
      },
    ]),
  );
  expect(listXattrs(join(target, 'redir'))).toEqual(['user.note']);
});

test('a program that takes too long is killed, and nothing of the layer remains', async () => {
  const slow = join(directory.path, 'mkfs');
  const pids = join(directory.path, 'pids');
  await writeFile(pids, '');
  // Nobody runs the program.
  await chmod(pids, 0o666);
  await writeFile(slow, `#!/bin/sh\nsleep 1000 &\necho $! >${pids}\nwait\n`, { mode: 0o755 });
  const layers = await ErofsLayers.load({
    directory: join(directory.path, 'layers'),
    mountDirectory: join(directory.path, 'l'),
    ...{ mkfs: slow, deadlineMs: 1000, bootId: 'boot' },
  });
  // A layer with a whiteout isn't indexed without the program.
  const tar = writeTar([{ name: '.wh.file', content: '' }]);
  await expect(layers.ingest(sha256(tar), Readable.from([tar]))).rejects.toMatchObject({
    ...{ code: 'invalid', message: expect.stringContaining('took longer than') },
  });
  expect(await readdir(join(directory.path, 'layers'))).toEqual([]);
  const pid = (await readFile(pids, 'utf8')).trim();
  // Gone, or a zombie, once the kernel has delivered the signal.
  await vi.waitFor(async () => {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'Z');
    expect(state).toMatch(/^Z$|\) [ZX] /);
  }, 10_000);
});

test('mkfs.erofs survives everything that the scan accepts', async () => {
  let indexed = 0;
  for (let seed = 1; seed <= 600; seed++) {
    const tar = hostileTar(seededRandom(seed));
    await using outline = await OutlineFile.open(directory.path);
    try {
      const scan = new TarScan((offset, bytes) => outline.add(offset, bytes));
      scan.write(tar);
      let { end, trailer } = scan.finish();
      for (const bytes of trailer) {
        outline.add(end, bytes);
        end += bytes.length;
      }
    } catch (error) {
      expect([seed, error]).toEqual([seed, expect.objectContaining({ code: 'invalid' })]);
      continue;
    }
    await outline.flush();
    // An exit by a signal has the code `internal`.
    await makeErofsIndex({ mkfs }, outline.fd, join(directory.path, 'index')).then(
      () => indexed++,
      (error) =>
        expect([seed, error.message, error.code]).toEqual([seed, error.message, 'invalid']),
    );
  }
  expect(indexed).toBeGreaterThan(100);
});

test.each([
  ['garbage', Buffer.alloc(4096, 'garbage')],
  [
    'a tar that ends in the middle of a file',
    writeTar([{ name: 'f', content: 'x'.repeat(5000) }]).subarray(0, 1024),
  ],
  ['a name that leads out', writeTar([{ name: '../outside', content: 'x' }])],
  ['a root that is a file', writeTar([{ name: '/', content: 'x' }])],
  ['a hard link to the root', writeTar([{ name: 'f', type: 'link', target: '../../..' }])],
  [
    'a hard link to itself',
    writeTar([
      { name: 'f', content: '' },
      { name: 'f', type: 'link', target: 'f' },
    ]),
  ],
  ['a whiteout of a parent', writeTar([{ name: 'a/.wh...' }])],
  ['a whiteout of nothing', writeTar([{ name: '.wh.' }])],
  ['a hard link to nowhere', writeTar([{ name: 'f', type: 'link', target: 'nowhere' }])],
])('rejects %s, and keeps nothing of it', async (_, tar) => {
  const layers = await open();
  await expect(mounted(layers, tar)).rejects.toMatchObject({ code: 'invalid' });
  expect(await readdir(join(directory.path, 'layers'))).toEqual([]);
});

test('two layers whose digests have the same beginning get two mount points', async () => {
  const layers = await open();
  const one = writeTar([{ name: 'file', content: '0003malt' }]);
  const two = writeTar([{ name: 'file', content: '0007217c' }]);
  expect(sha256(one).slice(0, 12)).toBe(sha256(two).slice(0, 12));
  const first = await mounted(layers, one);
  const second = await mounted(layers, two);
  expect(first).not.toBe(second);
  expect(await readFile(join(first, 'file'), 'utf8')).toBe('0003malt');
  expect(await readFile(join(second, 'file'), 'utf8')).toBe('0007217c');
});

test('a start removes the remains of a crash', async () => {
  const tar = writeTar([{ name: 'file', content: 'x' }]);
  await (await open()).ingest(sha256(tar), Readable.from([tar]));
  const partial = join(directory.path, 'layers', 'partial-0011223344556677');
  await mkdir(partial);
  await writeFile(join(partial, 'layer.tar'), 'half');
  expect((await open()).list()).toEqual([{ diffId: sha256(tar), size: tar.length }]);
  await expect(stat(partial)).rejects.toMatchObject({ code: 'ENOENT' });
});

test.skipIf(process.geteuid?.() !== 0)('the program has no privileges and no network', async () => {
  const spy = join(directory.path, 'mkfs');
  const report = 'cat /proc/self/status /proc/self/net/dev; ulimit -v';
  await writeFile(spy, `#!/bin/sh\nfor last; do :; done\n{ ${report}; } >"$last"\n`, {
    mode: 0o755,
  });
  const index = join(directory.path, 'index');
  const outline = join(directory.path, 'outline');
  await writeFile(outline, '');
  await using input = await openFile(outline, 'r');
  await makeErofsIndex({ mkfs: spy }, input.fd, index);
  const said = await readFile(index, 'utf8');
  expect(said).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
  expect(said).toMatch(/^CapEff:\t0+$/m);
  expect(said).toMatch(/^NoNewPrivs:\t1$/m);
  expect(said).toMatch(/^4194304$/m);
  expect(
    said.match(/^ *\w+: .*$/gm)?.filter((line) => / \d+ +\d+ +\d+ +\d+ /.test(line)),
  ).toHaveLength(1);
  expect((await stat(index)).uid).toBe(0);
});

/** Stores `kept`, and `lost` with an index that can't be made durable. */
async function withUnsynced() {
  const noIndex = join(directory.path, 'mkfs');
  await writeFile(noIndex, '#!/bin/sh\nsleep 1\n', { mode: 0o755 });
  const [kept = Buffer.alloc(0), lost = Buffer.alloc(0)] = ['kept', 'lost'].map((name) =>
    writeTar([{ name: `.wh.${name}`, content: '' }]),
  );
  const layers = await open();
  await layers.ingest(sha256(kept), Readable.from([kept]));
  await layers.durable([sha256(kept)]);
  const failing = await open('boot', noIndex);
  const ingesting = failing.ingest(sha256(lost), Readable.from([lost]));
  await vi.waitFor(async () => {
    const names = await readdir(join(directory.path, 'layers'));
    const partial = names.find((name) => name.startsWith('partial-')) ?? 'none yet';
    await rm(join(directory.path, 'layers', partial, 'index.erofs'));
  }, 10_000);
  await ingesting;
  return { kept, lost, failing };
}

test('a power cut leaves only layers that were on the disk', async () => {
  const { kept, lost } = await withUnsynced();
  expect((await open()).list()).toHaveLength(2);
  const next = await open('next boot');
  expect(next.list()).toEqual([{ diffId: sha256(kept), size: kept.length }]);
  expect(await readdir(join(directory.path, 'layers'))).toEqual([sha256(kept).slice(7)]);
  expect(await readdir(await mounted(next, lost))).toEqual(['lost']);
  await next.durable([sha256(lost)]);
});

test('a layer that the disk may not have is made again', async () => {
  const { kept, lost, failing } = await withUnsynced();
  await expect(failing.durable([sha256(kept), sha256(lost)])).rejects.toThrow('index.erofs');
  expect(failing.list()).toEqual([{ diffId: sha256(kept), size: kept.length }]);
  const layers = await open();
  expect(await readdir(await mounted(layers, lost))).toEqual(['lost']);
  await layers.durable([sha256(lost)]);
});

test('a restart of the engine loses no layer, and makes all of them durable', async () => {
  const tar = writeTar([{ name: 'file', content: 'x' }]);
  const layers = await open();
  await layers.ingest(sha256(tar), Readable.from([tar]));
  await layers.durable([sha256(tar)]);
  // As if the engine had been killed before the layer was on the disk.
  await writeFile(join(directory.path, 'layers', sha256(tar).slice(7), 'unsynced'), 'boot');
  const again = await open();
  await again.durable([sha256(tar)]);
  expect((await open('next boot')).list()).toEqual([{ diffId: sha256(tar), size: tar.length }]);
});

test('a removed layer is unmounted and gone', async () => {
  const layers = await open();
  const tar = writeTar([{ name: 'file', content: 'x' }]);
  const target = await mounted(layers, tar);
  await layers.remove(sha256(tar));
  expect((await readMounts()).some(({ mountPoint }) => mountPoint === target)).toBe(false);
  expect(await readdir(join(directory.path, 'layers'))).toEqual([]);
  expect(await readdir(join(directory.path, 'l'))).toEqual([]);
  expect(await readdir(await mounted(layers, tar))).toEqual(['file']);
});
