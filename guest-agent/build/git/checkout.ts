import { lstat, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, ifMissing } from '../../errors.ts';
import type { GitAddress } from './git-address.ts';
import { type Git, type GitClient, isCommit, openGit } from './git-program.ts';
import { redacted } from './redacted.ts';

export interface CheckoutOptions {
  readonly keepGitDir: boolean;
  /** A directory for temporary files, on the same disk as the target. */
  readonly scratch: string;
  readonly client: GitClient;
  readonly signal: AbortSignal;
}

/** Fetches one commit of a repository into `directory`, which doesn't exist yet. */
export async function checkOut(
  address: GitAddress,
  directory: string,
  { keepGitDir, scratch, client, signal }: CheckoutOptions,
): Promise<void> {
  if (address.ref.startsWith('-')) throw invalid(`invalid git ref "${address.ref}"`);
  if (address.checksum !== '' && !/^[0-9a-f]+$/i.test(address.checksum)) {
    throw invalid(`invalid checksum ${address.checksum} for Git URL, expected hex commit hash`);
  }
  const tree = address.subdir === '' ? directory : `${directory}.all`;
  await mkdir(tree, { recursive: true, mode: 0o755 });
  await using git = await openGit(address, client, scratch, signal);
  const commit = await findCommit(git, address);
  const inTree = (...args: readonly string[]) => git.run('-C', tree, ...args);
  const format = commit.hash.length === 64 ? ['--object-format=sha256'] : [];
  await inTree('init', '--quiet', '--template=', ...format);
  await inTree('remote', 'add', 'origin', address.remote);
  const named = isCommit(commit.ref) ? commit.hash : `${commit.ref}:${commit.local}`;
  await wrapped(address, () =>
    inTree('fetch', '--update-head-ok', '--no-tags', '--depth=1', 'origin', named),
  );
  const fetched = isCommit(commit.ref) ? commit.hash : 'FETCH_HEAD';
  await inTree('checkout', '--quiet', '--detach', fetched);
  if (address.submodules) {
    // The VM has no script `git submodule`, which would run this.
    await inTree('submodule--helper', 'update', '--quiet', '--init', '--recursive', '--depth=1');
  }
  if (address.mtime === 'commit') {
    const seconds = Number((await inTree('log', '-1', '--format=%ct')).trim());
    const names = await inTree('ls-files', '-z', '--recurse-submodules');
    for (const name of names.split('\0').filter(Boolean)) {
      const path = join(tree, name);
      if (!(await lstat(path)).isSymbolicLink()) await utimes(path, seconds, seconds);
    }
  }
  if (keepGitDir) await tidyGitDirectory(git, tree, address);
  else await rm(join(tree, '.git'), { recursive: true, force: true });
  if (tree === directory) return;
  await checkDirectory(tree, address.subdir);
  await rename(join(tree, address.subdir), directory);
  await rm(tree, { recursive: true, force: true });
}

interface Commit {
  readonly hash: string;
  /** What to fetch: a full name, or the hash. */
  readonly ref: string;
  /** The name in the checkout. */
  readonly local: string;
}

/** Asks the server what a name means, and compares the checksum. */
async function findCommit(git: Git, address: GitAddress): Promise<Commit> {
  const { remote, checksum } = address;
  if (address.fetchByCommit || isCommit(address.ref)) {
    const hash = isCommit(address.ref) ? address.ref : checksum;
    if (!isCommit(hash)) {
      throw invalid(`fetch-by-commit requires a full commit SHA checksum, got "${checksum}"`);
    }
    checkChecksum(checksum, [hash]);
    return { hash, ref: hash, local: '' };
  }
  const ref = address.ref === '' ? await defaultBranch(git, address) : address.ref;
  const text = await wrapped(address, () => git.run('ls-remote', '--', remote, ref, `${ref}^{}`));
  const hashes = new Map(
    text.split('\n').map((line): [string, string] => {
      const [hash = '', name = ''] = line.split('\t');
      return [name, hash];
    }),
  );
  const bare = ref.replace(/^refs\//, '');
  const candidates = [
    ...(ref.startsWith('refs/') ? [ref] : [`refs/${bare}`]),
    `refs/heads/${ref.replace(/^refs\/heads\//, '')}`,
    `refs/tags/${ref.replace(/^refs\/tags\//, '')}`,
  ];
  const full = candidates.find((name) => hashes.has(name));
  if (full === undefined) {
    throw invalid(`repository does not contain ref ${ref}, output: ${JSON.stringify(text)}`);
  }
  const hash = hashes.get(full) ?? '';
  const peeled = hashes.get(`${full}^{}`);
  checkChecksum(checksum, peeled === undefined ? [hash] : [hash, peeled]);
  return { hash, ref: full, local: full };
}

function checkChecksum(checksum: string, hashes: readonly string[]): void {
  if (hashes.some((hash) => hash.startsWith(checksum.toLowerCase()))) return;
  throw invalid(`expected checksum to match ${checksum}, got ${hashes.join(' or ')}`);
}

async function defaultBranch(git: Git, { remote }: GitAddress): Promise<string> {
  const text = await git.run('ls-remote', '--symref', '--', remote, 'HEAD').catch((cause) => {
    throw prefixed(`error fetching default branch for repository ${redacted(remote)}`, cause);
  });
  const [, ref] = /refs\/heads\/(\S+)/.exec(text) ?? [];
  if (ref === undefined) {
    throw invalid(`could not find default branch for repository: ${redacted(remote)}`);
  }
  return `refs/heads/${ref}`;
}

/** A directory that was fetched with git's own records must not have the client's credentials. */
async function tidyGitDirectory(git: Git, tree: string, { remote }: GitAddress): Promise<void> {
  await git.run('-C', tree, 'remote', 'set-url', 'origin', redacted(remote));
  await git.run('-C', tree, 'reflog', 'expire', '--all', '--expire=now');
  const all = await gitDirectories(join(tree, '.git'));
  for (const directory of all) {
    await rm(join(directory, 'FETCH_HEAD'), { force: true });
    // The address of a submodule can be relative to that of its repository.
    const config = join(directory, 'config');
    await writeFile(config, redacted(await readFile(config, 'utf8')));
  }
  for (const directory of all.slice(1)) {
    await rm(join(directory, 'logs'), { recursive: true, force: true });
  }
}

/** A repository's directory of records, and those of its submodules, which have submodules too. */
async function gitDirectories(directory: string): Promise<string[]> {
  const modules = join(directory, 'modules');
  const found = await readdir(modules, { recursive: true, withFileTypes: true }).catch(
    ifMissing([]),
  );
  // The name of a submodule can have slashes.
  const heads = found.filter((file) => file.name === 'HEAD' && file.isFile());
  const within = heads.map(({ parentPath }) => parentPath);
  return [
    directory,
    ...within.filter((path) => !/\/(?:refs|logs)(?:\/|$)/.test(path.slice(directory.length))),
  ];
}

/** Links could lead out of the repository. */
async function checkDirectory(tree: string, subdir: string): Promise<void> {
  const parts = subdir.split('/');
  for (const [index] of parts.entries()) {
    const part = parts.slice(0, index + 1).join('/');
    const found = await lstat(join(tree, part)).catch(ifMissing(undefined));
    if (found === undefined) {
      throw invalid(`failed to lstat "${part}": lstat ${part}: no such file or directory`);
    }
    if (!found.isDirectory()) {
      throw invalid(`git subpath "${subdir}" contains non-directory "${part}"`);
    }
  }
}

async function wrapped<T>({ remote }: GitAddress, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw prefixed(`failed to fetch remote ${redacted(remote)}`, cause);
  }
}

function prefixed(text: string, cause: unknown): unknown {
  if (!(cause instanceof EngineError)) return cause;
  return new EngineError(cause.code, `${text}: ${cause.message}`, { cause });
}

function invalid(message: string): EngineError {
  return new EngineError('invalid', message);
}
