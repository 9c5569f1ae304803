import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { nodeDigestsPath } from '../build/node-digests.ts';
import { berthVersion } from '../electron/host/base/berth-version.ts';
import { acquireLock, type Lock } from '../electron/host/home/lock.ts';
import { dataFormat } from '../guest-agent/contract/data-format.ts';
import { type Arch, findArch } from './arch.ts';
import { baseInputs, basePaths, debianPackageSchema, makeBase } from './debian/base.ts';
import { keepEmulators } from './emulators.ts';
import { makeEsp } from './esp/make-esp.ts';
import { makeInitrd } from './initrd/make-initrd.ts';
import { hashInputs } from './input-hash.ts';
import { kernelVersion } from './kernel/select-modules.ts';
import { describeArtefact, type Manifest, readManifest } from './manifest.ts';
import { makeNodeRuntime, type NpmPackage, npmPackages } from './node/node-runtime.ts';
import { makeRootTree } from './root-tree.ts';
import { runProgram } from './run-program.ts';
import { stage } from './stage.ts';

/**
 * `npm run image -- [--arch amd64|arm64] [--without-emulator]` builds the guest's kernel, initrd,
 * root image, boot disk for UEFI and manifest in `dist/vm/<arch>/`. It repeats only the steps whose inputs changed. It
 * removes the manifest first and writes it last, so files without a manifest are incomplete.
 */

const here = import.meta.dirname;
const repository = join(here, '..');
const agent = join(repository, 'dist/agent/agent.mjs');
const shareClient = join(repository, 'dist/agent/share-client.mjs');
const contract = ['paths.ts', 'kernel-options.ts'].map((name) => {
  return join(repository, 'guest-agent/contract', name);
});
const artefacts = ['kernel', 'initrd', 'root.erofs', 'esp.img'] as const;

const { values } = parseArgs({
  options: { arch: { type: 'string' }, 'without-emulator': { type: 'boolean', default: false } },
});
const arch = findArch(values.arch);
await build(arch, values['without-emulator'] ? [] : [arch.emulated]);

/** `emulated`: other architectures whose programs the guest can run. */
async function build(arch: Arch, emulated: readonly string[]): Promise<void> {
  for (const bundle of [agent, shareClient]) {
    if (!existsSync(bundle)) throw new Error(`${bundle} is missing. Run npm run build first.`);
  }
  const output = join(repository, 'dist/vm', arch.debian);
  await mkdir(output, { recursive: true });
  const lock = await lockOf(output);
  try {
    const npm = await npmPackages(arch);
    const inputs = await hashInputs({
      texts: [arch.debian, JSON.stringify({ npm, emulated })],
      paths: [here, nodeDigestsPath, agent, shareClient, ...contract],
    });
    if ((await readManifest(output))?.inputs === inputs) progress('up to date');
    else await makeImage(arch, { npm, emulated, inputs }, output);
  } finally {
    lock.release();
  }
}

/** Waits while another process makes the same image. */
async function lockOf(directory: string): Promise<Lock> {
  for (let told = false; ; await sleep(200)) {
    const lock = acquireLock(join(directory, 'lock'));
    if (lock) return lock;
    if (!told) progress('waiting for another build of this image');
    told = true;
  }
}

async function makeImage(
  arch: Arch,
  {
    npm,
    emulated,
    inputs,
  }: { npm: readonly NpmPackage[]; emulated: readonly string[]; inputs: string },
  output: string,
): Promise<void> {
  const { base, node } = await makeStages(arch, npm, join(output, 'cache'));
  const work = join(output, 'cache/work');
  await rm(work, { recursive: true, force: true });
  await mkdir(work);

  progress('assembling the root file system');
  await cp(base.kernel, join(work, 'kernel'));
  await makeInitrd(base.root, work, join(work, 'initrd'));
  await makeEsp(arch, { work, stub: base.efiStub, output: join(work, 'esp.img') });
  await makeRootTree(arch, { base: base.root, node, agent, shareClient }, join(work, 'root'));
  await keepEmulators(join(work, 'root'), emulated);
  progress('compressing the root file system');
  await makeErofs(join(work, 'root'), join(work, 'root.erofs'));

  const manifest: Manifest = {
    format: 1,
    arch: arch.debian,
    inputs,
    version: berthVersion,
    kernelVersion: await kernelVersion(join(base.root, 'usr/lib/modules')),
    dataFormat,
    artefacts: {
      kernel: await describeArtefact(join(work, 'kernel')),
      initrd: await describeArtefact(join(work, 'initrd')),
      'root.erofs': await describeArtefact(join(work, 'root.erofs')),
      'esp.img': await describeArtefact(join(work, 'esp.img')),
    },
    debianPackages: z
      .array(debianPackageSchema)
      .parse(JSON.parse(await readFile(base.packages, 'utf8'))),
    npmPackages: [...npm],
  };
  await writeFile(join(work, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(join(output, 'manifest.json'), { force: true });
  for (const name of [...artefacts, 'manifest.json']) {
    await rename(join(work, name), join(output, name));
  }
  await rm(work, { recursive: true });
  const sizes = artefacts.map((name) => {
    return `${name} ${(manifest.artefacts[name].size / 1e6).toFixed(1)} MB`;
  });
  progress(`${output}: ${sizes.join(', ')}`);
}

/** Contents of package archives, which are kept between builds. */
async function makeStages(arch: Arch, npm: readonly NpmPackage[], cache: string) {
  const baseHash = await hashInputs({ ...baseInputs, texts: [arch.debian, ...baseInputs.texts] });
  const base = await stage(cache, 'base', baseHash, (directory) => {
    progress('downloading and unpacking Debian packages');
    return makeBase(arch, directory);
  });
  const nodeHash = await hashInputs({
    texts: [JSON.stringify(npm)],
    paths: [join(here, 'node'), nodeDigestsPath],
  });
  const node = await stage(cache, 'node', nodeHash, (directory) => {
    progress('downloading Node');
    return makeNodeRuntime(arch, npm, directory);
  });
  return { base: basePaths(base), node };
}

/** All files belong to root. Times and IDs are fixed, so that each build gives the same bytes. */
async function makeErofs(tree: string, output: string): Promise<void> {
  const uuid = '62657274-6800-4000-8000-000000000000';
  // Level 12 takes five times as long, and saves only half a percent.
  const options = ['-zlz4hc,9', '-C65536', '-T0', `-U${uuid}`, '--all-root', '--quiet'];
  await runProgram('mkfs.erofs', [...options, output, tree]);
}

function progress(message: string): void {
  console.log(`image: ${message}`);
}
