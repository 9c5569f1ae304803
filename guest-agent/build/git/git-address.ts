import { posix } from 'node:path';
import { EngineError } from '../../errors.ts';
import { goBoolean } from '../../grammar/go-boolean.ts';
import { percentDecoded } from '../../grammar/percent-decoded.ts';

/** A git repository, and what to take of it. */
export interface GitAddress {
  /** What git understands. */
  readonly remote: string;
  /** Empty for an SSH address such as `git@host:path`. */
  readonly scheme: 'http' | 'https' | 'git' | 'ssh';
  /** With the port. */
  readonly host: string;
  /** A branch, a tag or a commit. Empty for the repository's default branch. */
  readonly ref: string;
  /** A directory, without slashes at its ends. Empty for all files. */
  readonly subdir: string;
  /** The beginning of the commit's or the tag's hash. Empty for any. */
  readonly checksum: string;
  /** Whether the files include `.git`. Undefined if the address doesn't say. */
  readonly keepGitDir: boolean | undefined;
  readonly submodules: boolean;
  /** Whether files have the time of their checkout or of their commit. */
  readonly mtime: 'checkout' | 'commit';
  /** Fetches the commit of `checksum` without asking what the ref means now. */
  readonly fetchByCommit: boolean;
}

const SCP = /^([\w-]+)@([a-zA-Z0-9.-]+):(.*?)(?:\?(.*?))?(?:#(.*))?$/;

/**
 * Reads the address of a repository, such as `https://host/path.git#ref:subdir` or
 * `git@host:path?ref=main`. Undefined for anything else. Throws EngineError 'invalid' in BuildKit's
 * words.
 */
export function parseGitAddress(text: string): GitAddress | undefined {
  if (/^\.{1,2}\//.test(text)) return undefined;
  const [, user, host = '', path = '', query = '', fragment = ''] = SCP.exec(text) ?? [];
  if (user !== undefined && !/^[a-zA-Z0-9]+:\/\//.test(text)) {
    const remote = `${user}@${host}:${path}`;
    return withOptions({ remote, scheme: 'ssh', host }, fragment, new URLSearchParams(query));
  }
  const scheme = /^(https?|git|ssh):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (scheme.startsWith('http') && !url.pathname.endsWith('.git')) return undefined;
  const remote = text.replace(/[?#].*$/s, '');
  const decoded = percentDecoded(url.hash.slice(1));
  if (decoded === undefined) throw invalid(`invalid URL escape in ${JSON.stringify(url.hash)}`);
  return withOptions(
    { remote, scheme: scheme as GitAddress['scheme'], host: url.host },
    decoded,
    url.searchParams,
  );
}

/** The same for a build context, where `github.com/…` is a repository too. */
export function parseContextAddress(text: string): GitAddress | undefined {
  return parseGitAddress(/^github\.com\//.test(text) ? githubAddress(text) : text);
}

function githubAddress(text: string): string {
  return `https://${text}`.replace(/^([^?#]*?)(\.git)?\/?(?=[?#]|$)/, '$1.git');
}

function withOptions(
  place: Pick<GitAddress, 'remote' | 'scheme' | 'host'>,
  fragment: string,
  query: URLSearchParams,
): GitAddress {
  const [ref = '', ...rest] = fragment.split(':');
  const written = {
    ref,
    subdir: directory(rest.join(':')),
    checksum: '',
    keepGitDir: undefined as boolean | undefined,
    submodules: true,
    mtime: 'checkout' as GitAddress['mtime'],
    fetchByCommit: false,
  };
  let tag = '';
  let branch = '';
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    if (values.length > 1) throw invalid(`query "${name}" has multiple values`);
    const [value = ''] = values;
    const isFlag = ['submodules', 'keep-git-dir', 'fetch-by-commit'].includes(name);
    if (value === '' && !isFlag) throw invalid(`query "${name}" has no value`);
    switch (name) {
      case 'ref':
      case 'subdir': {
        const before = written[name];
        if (before !== '' && before !== value) {
          throw invalid(`${name} conflicts: "${before}" vs "${value}"`);
        }
        written[name] = value;
        break;
      }
      case 'tag':
        tag = value.startsWith('refs/tags/') ? value : `refs/tags/${value}`;
        break;
      case 'branch':
        branch = value.startsWith('refs/heads/') ? value : `refs/heads/${value}`;
        break;
      case 'checksum':
      case 'commit':
        written.checksum = value;
        break;
      case 'keep-git-dir':
        written.keepGitDir = flag(name, value);
        break;
      case 'submodules':
        written.submodules = flag(name, value);
        break;
      case 'fetch-by-commit':
        written.fetchByCommit = flag(name, value);
        break;
      case 'mtime':
        if (value !== 'checkout' && value !== 'commit') {
          throw invalid(`invalid mtime value: "${value}" (must be "checkout" or "commit")`);
        }
        written.mtime = value;
        break;
      default:
        throw invalid(`unexpected query "${name}"`);
    }
  }
  if (tag !== '' && branch !== '') throw invalid('branch conflicts with tag');
  for (const full of [tag, branch].filter(Boolean)) {
    if (written.ref !== '' && written.ref !== full) {
      throw invalid(`ref conflicts: "${written.ref}" vs "${full}"`);
    }
    written.ref = full;
  }
  return { ...place, ...written, subdir: directory(written.subdir) };
}

/** Without slashes at its ends, and never above the repository. */
function directory(path: string): string {
  return posix.join('/', path).replace(/^\/|\/$/g, '');
}

/** Without a value, true. */
function flag(name: string, value: string): boolean {
  const read = value === '' ? true : goBoolean(value);
  if (read !== undefined) return read;
  throw invalid(`invalid ${name} value: "${value}"`);
}

function invalid(message: string): EngineError {
  return new EngineError('invalid', message);
}
