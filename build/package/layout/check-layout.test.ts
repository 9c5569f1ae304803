import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../electron/host/base/testing/temporary-directory.ts';
import { guestOf, nameOf, type PackageTarget, packageTargets, targetNamed } from '../targets.ts';
import { asarFiles } from './asar-files.ts';
import { layoutProblems, requiredParts, resourcesOfApp } from './check-layout.ts';
import { sizeTable } from './sizes.ts';
import { asarOf, programFor } from './testing/fake-parts.ts';

/** An app with exactly the parts of a target, each a few bytes long. */
async function appFor(target: PackageTarget) {
  const app = await temporaryDirectory();
  const resources = resourcesOfApp(target, app);
  const write = async (path: string, content: string | Buffer) => {
    await mkdir(dirname(join(resources, path)), { recursive: true });
    await writeFile(join(resources, path), content);
  };
  for (const path of requiredParts(target)) {
    const isProgram = /\.(node|exe|dll)$|spawn-helper$|node\/node$/.test(path);
    await write(path, isProgram ? programFor(nameOf(target)) : path);
    await chmod(join(resources, path), 0o755);
  }
  await write('app.asar', asarOf('package.json', 'dist/main.mjs', 'node_modules/node-pty/LICENSE'));
  await write(`vm/${guestOf(target)}/manifest.json`, JSON.stringify({ arch: guestOf(target) }));
  return { app, resources, write };
}

const others = (target: PackageTarget) => packageTargets.filter((each) => each !== target);

it.each(packageTargets.map(nameOf))('%s has exactly its own parts', async (name) => {
  const target = targetNamed(name);
  const { app, resources, write } = await appFor(target);
  expect(await layoutProblems(target, app)).toEqual([]);

  for (const part of requiredParts(target).filter((path) => !/asar$|manifest/.test(path))) {
    await rm(join(resources, part));
    expect(await layoutProblems(target, app)).toEqual([`${part} is missing`]);
    await write(part, '');
    await chmod(join(resources, part), 0o755);
  }
  for (const other of others(target)) {
    await write('qemu/bin/stray', programFor(nameOf(other)));
    await chmod(join(resources, 'qemu/bin/stray'), 0o755);
    expect(await layoutProblems(target, app)).toEqual([`qemu/bin/stray is for ${nameOf(other)}`]);
  }
});

it('universal programs of macOS fit both processors', async () => {
  for (const name of ['darwin-arm64', 'darwin-x64']) {
    const { app, resources, write } = await appFor(targetNamed(name));
    await write('vfkit/bin/vfkit', programFor('darwin-universal'));
    await chmod(join(resources, 'vfkit/bin/vfkit'), 0o755);
    expect(await layoutProblems(targetNamed(name), app)).toEqual([]);
  }
});

it('the image of another processor is a fault, by its name or its manifest', async () => {
  const target = targetNamed('linux-x64');
  const { app, write } = await appFor(target);
  await write('vm/amd64/manifest.json', '{"arch":"arm64"}');
  await write('vm/arm64/kernel', '');
  expect(await layoutProblems(target, app)).toEqual([
    'vm/arm64 is for another processor',
    'vm/amd64 has an image for arm64',
  ]);
});

it('the archive has the app alone, without sources, maps and native code', async () => {
  const target = targetNamed('linux-x64');
  const { app, resources, write } = await appFor(target);
  const archive = asarOf('dist/main.mjs.map', 'node_modules/react/index.js', 'a/pty.node');
  await write('app.asar', archive);
  expect((await asarFiles(join(resources, 'app.asar'))).map(({ size }) => size)).toEqual([1, 1, 1]);
  expect(await layoutProblems(target, app)).toEqual([
    'app.asar has no main bundle',
    'app.asar has dist/main.mjs.map',
    'app.asar has node_modules/react/index.js',
    'app.asar has a/pty.node',
  ]);
});

it.skipIf(process.platform === 'win32')('programs may be run by everybody', async () => {
  const target = targetNamed('darwin-arm64');
  const { app, resources } = await appFor(target);
  await chmod(join(resources, 'node/node'), 0o644);
  expect(await layoutProblems(target, app)).toEqual(['node/node may not be run by everybody']);
});

it('shows sizes by part', async () => {
  const target = targetNamed('linux-x64');
  const { app, write } = await appFor(target);
  await write('node/node', Buffer.alloc(2_500_000));
  const table = await sizeTable([target], () => app);
  expect(table.split('\n')[0]).toMatch(/^\| MB \| VM image \| Node \|.* in all \|$/);
  expect(table.split('\n')[2]).toMatch(/^\| linux-x64 \| 0\.0 \| 2\.5 \|.* 2\.5 \|$/);
});
