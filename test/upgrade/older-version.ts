import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { runProgram } from '../../vm-image/run-program.ts';

/** The folder of this repository. */
export const checkout = resolve(import.meta.dirname, '../..');

/** Until there is a release, the older version is the last one that ran only on Linux. */
const beforeReleases = '516e7865';

/** A version of Berth that is built. */
export interface BuiltVersion {
  readonly name: string;
  /** The `berth` command. */
  readonly berth: string;
  /** The manifest of the VM's image. */
  readonly manifest: string;
}

/** The programs of a checkout. */
export async function versionAt(name: string, directory: string): Promise<BuiltVersion> {
  const { debian } = (await import('../../vm-image/arch.ts')).findArch(undefined);
  const version = {
    name,
    berth: join(directory, 'dist/berth'),
    manifest: join(directory, 'dist/vm', debian, 'manifest.json'),
  };
  for (const file of [version.berth, version.manifest]) {
    if (!existsSync(file)) {
      throw new Error(`${file} is missing. Run npm run build && npm run image first.`);
    }
  }
  return version;
}

/** The newest tag that isn't this commit; without tags, a fixed commit. */
export async function defaultRevision(): Promise<string> {
  const tags = await git('tag', '--merged', 'HEAD~1', '--sort=-creatordate');
  return tags.split('\n').find((tag) => /^v?\d/.test(tag)) ?? beforeReleases;
}

/**
 * Checks a revision out in a Git worktree in `~/.cache/berth-tests` and builds its programs and its image.
 * A complete build is kept and used again.
 */
export async function buildOlderVersion(
  revision: string,
  report: (line: string) => void,
): Promise<BuiltVersion> {
  const commit = await git('rev-parse', '--verify', `${revision}^{commit}`);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'berth-tests');
  const directory = join(cache, `version-${commit.slice(0, 12)}`);
  const complete = join(directory, 'dist/complete');
  const name = `the older version (${revision})`;
  if (existsSync(complete)) return versionAt(name, directory);
  await mkdir(cache, { recursive: true });
  // Also forgets worktrees whose folder is gone.
  await git('worktree', 'prune');
  if (!existsSync(directory)) await git('worktree', 'add', '--detach', directory, commit);
  await provideModules(directory, report);
  const node = join(directory, 'node_modules/.bin/node');
  for (const script of ['build/build.ts', 'vm-image/build.ts']) {
    report(`running ${script} of ${revision}`);
    await runProgram(node, [script], { cwd: directory });
  }
  await writeFile(complete, '');
  return versionAt(name, directory);
}

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional() })),
});

const versionsIn = async (directory: string) =>
  lockSchema.parse(JSON.parse(await readFile(join(directory, 'package-lock.json'), 'utf8')))
    .packages;

/** Uses this checkout's packages if they include all packages of the older version, in the same versions. */
async function provideModules(directory: string, report: (line: string) => void): Promise<void> {
  if (existsSync(join(directory, 'node_modules'))) return;
  const [wanted, present] = await Promise.all([versionsIn(directory), versionsIn(checkout)]);
  const isCovered = Object.entries(wanted).every(
    ([path, { version }]) => path === '' || present[path]?.version === version,
  );
  if (isCovered) {
    await symlink(join(checkout, 'node_modules'), join(directory, 'node_modules'));
    return;
  }
  report('installing the packages of the older version');
  await runProgram('npm', ['ci', '--no-audit', '--no-fund'], { cwd: directory });
}

async function git(...args: string[]): Promise<string> {
  return (await runProgram('git', args, { cwd: checkout })).toString().trim();
}
