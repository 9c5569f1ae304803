import { open } from 'node:fs/promises';
import { constants } from 'node:os';
import { EngineError } from '../../errors.ts';
import { ProgramError, ProgramTimeout, run } from '../../runtime/process/program.ts';

export interface MakeIndexOptions {
  /** The path of mkfs.erofs, erofs-utils >= 1.7. */
  readonly mkfs: string;
  /** The program is killed after this time, since a malicious layer can take very long. */
  readonly deadlineMs?: number;
}

/** Hundreds of thousands of files take minutes on a slow host. */
const DEADLINE_MS = 15 * 60_000;
/**
 * The kernel kills the program before any container and before the engine, since a malicious layer
 * can make it use much memory.
 */
const FIRST_TO_GO = 1000;

/**
 * Creates the EROFS index of a layer from the outline of its tar (see `TarScan`), an open file. The index
 * contains only metadata; file data stays in the tar, at the same offsets. Aufs whiteouts become
 * overlayfs whiteouts. Throws EngineError 'invalid' if the program rejects the layer, 'internal' if
 * the program fails.
 */
export async function makeErofsIndex(
  { mkfs, deadlineMs = DEADLINE_MS }: MakeIndexOptions,
  outline: number,
  indexPath: string,
): Promise<void> {
  // The program opens its input and output only by their descriptors.
  const args = [mkfs, '--quiet', '--tar=i', '--aufs', '/proc/self/fd/3'];
  await using index = await open(indexPath, 'w+', 0o600);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) await index.chown(NOBODY, NOBODY);
  try {
    await run('sh', ['-c', CONFINED, 'sh', ...args], {
      ...{ deadline: deadlineMs, oomScoreAdj: FIRST_TO_GO, stdin: outline, output: index.fd },
      ...(isRoot && { user: NOBODY }),
    });
    if (isRoot) await index.chown(0, 0);
  } catch (error) {
    throw whyNot(error, mkfs, deadlineMs);
  }
}

const NOBODY = 65_534;
/**
 * The program is written in C and reads what a stranger has written, if only as an outline. It gets no
 * network, no privileges and no mounts of its own: user, mount, network, IPC and UTS namespaces without
 * a mapping, in which no program gains capabilities. Its limits are 4 GiB of memory, 8 GiB of output, 64
 * open files and an hour of processor time.
 */
const CONFINED = [
  'ulimit -c 0; ulimit -v 4194304; ulimit -f 16777216; ulimit -n 64; ulimit -t 3600',
  'exec unshare -U -m -n -i -u setpriv --no-new-privs "$@"',
].join('\n');

function whyNot(cause: unknown, mkfs: string, deadlineMs: number): Error {
  const failed = (kind: 'invalid' | 'internal', why: string) =>
    new EngineError(kind, `failed to register layer: ${why}`, { cause });
  if (cause instanceof ProgramTimeout) {
    return failed('invalid', `indexing its files took longer than ${deadlineMs / 60_000} minutes`);
  }
  if (!(cause instanceof ProgramError)) return failed('internal', `can't run ${mkfs}`);
  const { exitCode, stderr } = cause;
  if (/No space left on device/i.test(stderr)) {
    return Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  }
  if (exitCode === null) return failed('internal', 'mkfs.erofs was killed');
  // The shell's codes for a program that can't run, and one that a signal ended.
  if (exitCode === 126 || exitCode === 127) return failed('internal', `can't run ${mkfs}`);
  if (exitCode > 128) return failed('internal', `mkfs.erofs ended with ${exitCode}`);
  const number = Number(/\[Error (\d+)\]/.exec(stderr)?.[1]);
  return failed('invalid', REASONS[number] ?? 'its members contradict each other');
}

/** What the program's error numbers mean for a layer. */
const REASONS: Readonly<Record<number, string>> = {
  [constants.errno.ENOENT]: 'a hard link has no target before it',
  [constants.errno.EIO]: 'the name of a member leads through a file or a symbolic link',
  [constants.errno.EISDIR]: 'a hard link leads to a directory',
  [constants.errno.ENOTDIR]: 'a member is in a file instead of a directory',
};
