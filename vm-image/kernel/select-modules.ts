import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readList } from '../list-file.ts';
import { runProgram } from '../run-program.ts';
import { followDependencies, moduleName, modulesFor, readModuleInfo } from './module-tree.ts';

/** The version of the only kernel in a `lib/modules` directory. */
export async function kernelVersion(modules: string): Promise<string> {
  const [version, ...more] = await readdir(modules);
  if (!version || more.length > 0) throw new Error(`expected one kernel in ${modules}`);
  return version;
}

/**
 * Reduces a `lib/modules` directory to the listed modules and what they depend on, unpacked (the
 * image compresses better as a whole, and the guest loads them sooner), and indexes it.
 */
export async function selectModules(modules: string, list: string, arch: string): Promise<void> {
  const version = await kernelVersion(modules);
  const all = join(modules, version);
  const chosen = join(modules, 'chosen');
  await copyModules(all, chosen, modulesFor(arch, await readList(list)));
  await rm(all, { recursive: true });
  await rename(chosen, all);
  await indexModules(join(modules, '../..'), version);
}

/** Unpacks the module that the file is named after, without what it depends on. */
export async function takeModule(modules: string, file: string): Promise<void> {
  const found = (await readdir(modules, { recursive: true })).find((path) => {
    return moduleName(path) === moduleName(file);
  });
  if (!found) throw new Error(`the kernel has no module ${basename(file)}`);
  await writeFile(file, await unpackModule(join(modules, found)));
}

/** Copies modules with their dependencies from one `lib/modules/<version>` into another. */
export async function copyModules(
  from: string,
  to: string,
  names: readonly string[],
): Promise<void> {
  const files = new Map<string, string>();
  for (const path of await readdir(from, { recursive: true })) {
    if (/\.ko(\.xz)?$/.test(path)) files.set(moduleName(path), path);
  }
  const builtin = await readFile(join(from, 'modules.builtin'), 'utf8');
  const builtins = new Set(builtin.trim().split('\n').map(moduleName));
  const read = async (name: string, wantedOnly: boolean) => {
    const path = files.get(name);
    if (path === undefined) {
      if (wantedOnly || builtins.has(name)) return undefined;
      throw new Error(`the kernel has no module ${name}`);
    }
    const module = await unpackModule(join(from, path));
    const target = join(to, path.replace(/\.xz$/, ''));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, module);
    return readModuleInfo(module);
  };
  await followDependencies(names, read);
  for (const file of ['modules.builtin', 'modules.builtin.modinfo', 'modules.order']) {
    await writeFile(join(to, file), await readFile(join(from, file)));
  }
}

/** Writes the index that modprobe reads, for `<root>/lib/modules/<version>`. */
export async function indexModules(root: string, version: string): Promise<void> {
  await runProgram('busybox', ['depmod', '-b', root, version]);
}

async function unpackModule(path: string): Promise<Buffer> {
  return path.endsWith('.xz') ? await runProgram('xz', ['-dc', path]) : await readFile(path);
}
