import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The guest's Debian release. */
const RELEASE = 'trixie';
const CACHE = resolve(import.meta.dirname, '../../../dist/test-tools');

/**
 * A program from a package of the guest's Debian release, for tests on the local system. It is
 * unpacked into `dist/test-tools` the first time. `path` is its path in the package.
 */
export async function debianProgram(packageName: string, path: string): Promise<string> {
  const program = join(CACHE, basename(path));
  if (!(await exists(program))) await install(packageName, path, program);
  return program;
}

/** A file of a package for an architecture, `amd64` or `arm64`. Unpacked the first time. */
export async function debianFile(
  packageName: string,
  path: string,
  architecture: string,
): Promise<string> {
  const root = join(CACHE, `${packageName}-${architecture}`);
  if (!(await exists(root))) {
    await unpack(packageName, root, [`--architectures=${architecture}`]);
  }
  return join(root, path);
}

/** A root directory with a package of another release of Debian. Unpacked the first time. */
export async function debianRoot(packageName: string, release: string): Promise<string> {
  return debianPackages(packageName, [packageName], release);
}

/** A root directory with several packages of a release of Debian. Unpacked the first time. */
export async function debianPackages(
  name: string,
  packages: readonly string[],
  release: string,
): Promise<string> {
  const root = join(CACHE, `${name}-${release}`);
  if (!(await exists(root))) await unpack(packages.join(','), root, [], release);
  return root;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Unpacks a package and its dependencies into `root`, completely or not at all. */
async function unpack(
  packageName: string,
  root: string,
  options: string[] = [],
  release = RELEASE,
): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const partial = await mkdtemp(join(CACHE, 'partial-'));
  try {
    const mirror = await debianMirror();
    await run('mmdebstrap', [
      // A mirror may have an older state of the archive.
      '--aptopt=Acquire::Check-Valid-Until "false"',
      ...['--variant=extract', ...options, `--include=${packageName}`, release, partial],
      ...(mirror === undefined ? [] : [mirror]),
    ]);
    await rm(root, { recursive: true, force: true });
    await rename(partial, root);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function install(packageName: string, path: string, program: string): Promise<void> {
  // A package can have its program's name.
  const isSame = basename(program) === packageName;
  const root = join(CACHE, isSame ? `${packageName}-package` : packageName);
  await unpack(packageName, root);
  // With its own C library and loader, since the local ones may be older.
  const [triplet = ''] = (await readdir(join(root, 'usr/lib'))).filter((name) =>
    name.endsWith('-linux-gnu'),
  );
  const libraries = join(root, 'usr/lib', triplet);
  const [loader = ''] = (await readdir(libraries)).filter((name) => /^ld-linux.*\.so/.test(name));
  const command = `exec '${libraries}/${loader}' --library-path '${libraries}' '${root}${path}' "$@"`;
  await writeFile(`${program}.tmp`, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
  await rename(`${program}.tmp`, program);
}

/** The local system's Debian mirror. Undefined if it has none. */
async function debianMirror(): Promise<string | undefined> {
  const format = ['indextargets', '--format', '$(LABEL) $(REPO_URI)', 'Created-By: Packages'];
  const { stdout } = await run('apt-get', format).catch(() => ({ stdout: '' }));
  return /^Debian (\S+)$/m.exec(stdout)?.[1];
}
