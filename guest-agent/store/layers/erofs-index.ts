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
  const args = ['--quiet', '--tar=i', '--aufs', indexPath];
  try {
    await run(mkfs, args, {
      deadline: deadlineMs,
      oomScoreAdj: FIRST_TO_GO,
      stdin: outline,
    });
  } catch (error) {
    throw whyNot(error, mkfs, deadlineMs);
  }
}

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
