import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { SentFile } from '../../../guest-agent/buildkit/files/send-tree.ts';
import { type EntryKind, goFileMode } from '../../../guest-agent/buildkit/files/tree-entry.ts';
import { readIgnorePatterns } from '../../../guest-agent/contract/ignore-patterns.ts';
import { unlessMissing } from '../base/system-error.ts';
import { followPaths } from './follow-paths.ts';

/** Which files of a directory the engine needs. */
export interface FileFilter {
  /** Paths that are sent with what they contain and lead to. Empty means all files. */
  readonly paths: readonly string[];
  /** Patterns as in `.dockerignore`. */
  readonly excluded: readonly string[];
}

/**
 * The files of a directory that the engine needs, each directory before its contents. Drops owners,
 * and keeps links as links.
 */
export async function* contextFiles(
  root: string,
  { paths, excluded }: FileFilter,
  platform: NodeJS.Platform = process.platform,
): AsyncGenerator<SentFile> {
  const wanted = await wantedPaths(root, paths);
  const { rules, ignores } = readIgnorePatterns(excluded.join('\n'));
  const hasExceptions = rules.some(({ isException }) => isException);
  /** The first path of each file that has several. */
  const seen = new Map<string, string>();

  async function* walk(directory: string, above: readonly SentFile[]): AsyncGenerator<SentFile> {
    // Directories that are sent only once something in them is sent.
    let waiting = above;
    const entries = await readdir(join(root, directory));
    for (const name of entries.sort(byBytes)) {
      const path = posix.join(directory, name);
      const isWanted = wanted.holds(path);
      if (!isWanted && !wanted.leadsTo(path)) continue;
      const isIgnored = ignores(path);
      const found = await fileOf(root, path, seen, platform);
      if (found === undefined) continue;
      const isDirectory = found.kind === 'directory';
      if (isWanted && !isIgnored) {
        yield* waiting;
        waiting = [];
        yield found.sent;
      }
      if (!isDirectory || (isIgnored && !hasExceptions)) continue;
      const isSent = isWanted && !isIgnored;
      for await (const inner of walk(path, isSent ? [] : [...waiting, found.sent])) {
        waiting = [];
        yield inner;
      }
    }
  }

  yield* walk('', []);
}

/** As Go compares names, in which clients send them. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

async function wantedPaths(root: string, paths: readonly string[]) {
  if (paths.length === 0) return { holds: () => true, leadsTo: () => true };
  const found = await followPaths(root, paths);
  const ancestors = new Set([...found].flatMap(parentsOf));
  return {
    holds: (path: string) =>
      found.has('.') || found.has(path) || parentsOf(path).some((parent) => found.has(parent)),
    leadsTo: (path: string) => ancestors.has(path),
  };
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

async function fileOf(
  root: string,
  path: string,
  seen: Map<string, string>,
  platform: NodeJS.Platform,
): Promise<{ readonly kind: EntryKind; readonly sent: SentFile } | undefined> {
  const file = join(root, path);
  // An editor may replace a file while the directory is read.
  const stats = await lstat(file, { bigint: true }).catch(unlessMissing);
  if (stats === undefined) return undefined;
  const common = { path, modTime: stats.mtimeNs };
  const mode = modeOf(Number(stats.mode) & 0o7777, platform);
  const withKind = (kind: EntryKind, more: object = {}, content?: string) => ({
    kind,
    sent: {
      stat: { ...common, mode: goFileMode(kind, mode), ...more },
      ...(content !== undefined && { file: content }),
    },
  });
  if (stats.isDirectory()) return withKind('directory');
  if (stats.isSymbolicLink()) {
    const target = await readlink(file);
    const linkname = platform === 'win32' ? target.replaceAll('\\', '/') : target;
    return withKind('symlink', { linkname });
  }
  if (stats.isFIFO()) return withKind('fifo');
  // Sockets and devices of the host mean nothing in an image.
  if (!stats.isFile()) return undefined;
  const size = stats.size;
  if (platform !== 'win32' && stats.nlink > 1n) {
    const identity = `${stats.dev}:${stats.ino}`;
    const first = seen.get(identity);
    if (first !== undefined) return withKind('link', { size, linkname: first });
    seen.set(identity, path);
  }
  return withKind('file', { size }, file);
}

/** Windows has no file modes to send. Like Docker, mark every file as executable. */
function modeOf(mode: number, platform: NodeJS.Platform): number {
  return platform === 'win32' ? 0o755 : mode;
}
