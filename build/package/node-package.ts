import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../vm-image/run-program.ts';
import { checkNodePackage, readNodeDigests } from '../node-digests.ts';

const repository = join(import.meta.dirname, '../..');

/**
 * The folder of an npm package with a Node program, whose digest is checked. npm installs only the
 * package for this machine, so the packages for other targets are fetched into `cache`.
 */
export async function findNodePackage(
  name: string,
  cache: string,
  installed = join(repository, 'node_modules'),
): Promise<string> {
  const version = (await readNodeDigests())[name]?.version;
  if (!version) throw new Error(`build/node-digests.json doesn't list ${name}`);
  const own = join(installed, name);
  const directory = existsSync(own) ? own : join(cache, `${name}-${version}`);
  if (!existsSync(directory)) await fetchPackage(`${name}@${version}`, directory, cache);
  await checkNodePackage(name, directory);
  return directory;
}

async function fetchPackage(spec: string, directory: string, cache: string): Promise<void> {
  console.log(`package: fetching ${spec}`);
  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(join(cache, 'partial-'));
  try {
    // Windows starts npm through a shell script only.
    const shell = process.platform === 'win32' ? ['cmd.exe', '/d', '/c', 'npm'] : ['npm'];
    const [program = 'npm', ...first] = shell;
    await runProgram(program, [...first, 'pack', '--silent', '--pack-destination', partial, spec]);
    const archive = (await readdir(partial)).find((file) => file.endsWith('.tgz'));
    if (!archive) throw new Error(`npm pack ${spec} made no archive`);
    await runProgram('tar', ['-xzf', join(partial, archive), '-C', partial]);
    await rename(join(partial, 'package'), directory);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
