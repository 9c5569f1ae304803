import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../../electron/host/base/testing/temporary-directory.ts';
import { gatherResources, type Sources } from './resources.ts';
import { nodePackageOf, packageTargets, targetNamed } from './targets.ts';

let root: string;
let sources: Sources;
beforeEach(async () => {
  root = await temporaryDirectory();
  sources = {
    dist: join(root, 'dist'),
    node: join(root, 'node'),
    licenses: join(root, 'licenses'),
  };
  for (const guest of ['amd64', 'arm64']) {
    for (const name of ['kernel', 'initrd', 'root.erofs', 'manifest.json', 'lock']) {
      await write(`dist/vm/${guest}/${name}`, `${name} of ${guest}`);
    }
  }
  for (const name of ['cli/berth.mjs', 'cli/berth.mjs.map', 'berth', 'berth.cmd']) {
    await write(`dist/${name}`);
  }
  await write('node/bin/node');
  await write('node/bin/node.exe');
  await write('licenses/berth.txt');
});

async function write(path: string, content = path): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

async function layout(name: string): Promise<string[]> {
  const directory = join(root, 'gathered', name);
  await gatherResources(targetNamed(name), sources, directory);
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

const license = 'licenses/berth.txt';
const image = (guest: string) =>
  ['initrd', 'kernel', 'manifest.json', 'root.erofs'].map((name) => `vm/${guest}/${name}`);

test.each([
  ['darwin-arm64', ['bin/berth', 'cli/berth.mjs', license, 'node/node', ...image('arm64')]],
  ['darwin-x64', ['bin/berth', 'cli/berth.mjs', license, 'node/node', ...image('amd64')]],
  ['linux-arm64', ['bin/berth', 'cli/berth.mjs', license, 'node/node', ...image('arm64')]],
  ['linux-x64', ['bin/berth', 'cli/berth.mjs', license, 'node/node', ...image('amd64')]],
  ['win32-arm64', ['bin/berth.cmd', 'cli/berth.mjs', license, 'node/node.exe', ...image('arm64')]],
  ['win32-x64', ['bin/berth.cmd', 'cli/berth.mjs', license, 'node/node.exe', ...image('amd64')]],
])('%s has its own command, Node and VM image', async (name, files) => {
  expect(await layout(name)).toEqual(files);
});

test('programs may run, even if their sources may not', async () => {
  await layout('linux-x64');
  for (const name of ['bin/berth', 'node/node']) {
    const { mode } = await stat(join(root, 'gathered/linux-x64', name));
    expect(mode & 0o777).toBe(0o755);
  }
});

test('an image with a boot disk for Hyper-V ships the disk to Windows only', async () => {
  await write('dist/vm/amd64/esp.img');
  expect(await layout('win32-x64')).toContain('vm/amd64/esp.img');
  expect(await layout('linux-x64')).not.toContain('vm/amd64/esp.img');
});

test('hypervisors of the target are included', async () => {
  await write('dist/hypervisors/win32-x64/qemu/bin/qemu-system-x86_64.exe');
  await write('dist/hypervisors/darwin-arm64/vfkit/bin/vfkit');
  expect(await layout('win32-x64')).toContain('qemu/bin/qemu-system-x86_64.exe');
  expect(await layout('darwin-arm64')).toContain('vfkit/bin/vfkit');
  expect(await layout('darwin-x64')).not.toContain('vfkit/bin/vfkit');
});

test('a missing part is named, with what to do, and the last package stays', async () => {
  await layout('darwin-x64');
  await expect(
    gatherResources(
      targetNamed('darwin-x64'),
      { ...sources, dist: join(root, 'empty') },
      join(root, 'gathered/darwin-x64'),
    ),
  ).rejects.toThrow('npm run image -- --arch amd64');
  expect(await readFile(join(root, 'gathered/darwin-x64/vm/amd64/kernel'), 'utf8')).toBe(
    'kernel of amd64',
  );
  expect(await readdir(join(root, 'gathered'))).toEqual(['darwin-x64']);
});

test('every target has a Node with a recorded digest', async () => {
  const recorded = JSON.parse(
    await readFile(join(import.meta.dirname, '../node-digests.json'), 'utf8'),
  );
  for (const target of packageTargets) expect(recorded).toHaveProperty(nodePackageOf(target));
  expect(() => targetNamed('linux-ia32')).toThrow('Choose from: darwin-arm64');
});
