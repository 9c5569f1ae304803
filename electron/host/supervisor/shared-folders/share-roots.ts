import { stat } from 'node:fs/promises';
import type { FolderProblem } from '../../../api/machine.ts';
import { loggerOf } from '../../base/log.ts';
import { pause } from '../../base/pause.ts';
import type { PlannedShare } from './plan.ts';

const log = loggerOf('folders');

/** The interval between checks for removed and restored folders. */
const LOOK_MS = 5_000;

/** The shared folders as they were at the start; the VM continues to see those folders only. */
class ShareRoots {
  readonly #shares: readonly PlannedShare[];
  readonly #found: ReadonlyMap<string, string | undefined>;

  private constructor(
    shares: readonly PlannedShare[],
    found: ReadonlyMap<string, string | undefined>,
  ) {
    this.#shares = shares;
    this.#found = found;
  }

  static async of(shares: readonly PlannedShare[]): Promise<ShareRoots> {
    const found = shares.map(async ({ path }) => [path, await identify(path)] as const);
    return new ShareRoots(shares, new Map(await Promise.all(found)));
  }

  /** The problems of removed and replaced folders. */
  async problems(): Promise<FolderProblem[]> {
    // A folder that is served in both ways has the problems of one.
    const byPath = new Map(this.#shares.toReversed().map((share) => [share.path, share]));
    const problems = [...byPath.values()].reverse().map(async ({ path, transport }) => {
      const now = await identify(path);
      // The other servers serve whatever folder exists now.
      const isSame = transport !== '9p' || now === this.#found.get(path);
      return now !== undefined && isSame ? [] : [vanishedProblem(path)];
    });
    return (await Promise.all(problems)).flat();
  }
}

/**
 * Watches the shared folders until `signal` aborts, and calls `onProblems` when the set of problems
 * changes.
 */
export async function watchShareRoots(
  shares: readonly PlannedShare[],
  onProblems: (problems: FolderProblem[]) => void,
  signal: AbortSignal,
  lookMs = LOOK_MS,
): Promise<void> {
  const roots = await ShareRoots.of(shares);
  let before = '[]';
  while (!signal.aborted) {
    const problems = await roots.problems();
    const now = JSON.stringify(problems);
    if (now !== before && !signal.aborted) {
      before = now;
      for (const { path, problem, hint } of problems) log.warn(`${path}: ${problem}. ${hint}`);
      onProblems(problems);
    }
    await pause(lookMs, signal);
  }
}

/** The problem of a shared folder that was removed or replaced after the VM started. */
function vanishedProblem(path: string): FolderProblem {
  return {
    path,
    problem: "the folder was removed or replaced while shared, so containers can't see it",
    hint: 'Put the folder back, then run `berth machine stop` and any command to share it again.',
  };
}

/** Undefined if the folder doesn't exist. */
async function identify(path: string): Promise<string | undefined> {
  const found = await log.attempt(`Reading the metadata of ${path}`, stat(path, { bigint: true }));
  return found?.isDirectory() ? `${found.dev} ${found.ino}` : undefined;
}
