import { stat } from 'node:fs/promises';
import type { FolderProblem } from '../../../api/machine.ts';
import { loggerOf } from '../../base/log.ts';
import { pause } from '../../base/pause.ts';
import type { PlannedShare } from './plan.ts';

const log = loggerOf('folders');

/** How often folders are looked for that have gone, or are there again. */
const LOOK_MS = 5_000;

/** The folders that are shared, as they were found: the machine goes on seeing those, and no others. */
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

  /** Of those that have gone, or are others by now. */
  async problems(): Promise<FolderProblem[]> {
    const problems = this.#shares.map(async ({ path, transport }) => {
      const now = await identify(path);
      // Over the connection, what is there by now is served.
      const isSame = transport === 'sftp' || now === this.#found.get(path);
      return now !== undefined && isSame ? [] : [vanishedProblem(path)];
    });
    return (await Promise.all(problems)).flat();
  }
}

/**
 * Looks after shared folders until `signal` aborts, and tells `onProblems` each time that other ones
 * have gone, or none any more.
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

/** The problem of a shared folder that was removed or replaced after the machine started. */
function vanishedProblem(path: string): FolderProblem {
  return {
    path,
    problem: "the folder was removed or replaced while shared, so containers can't see it",
    hint: 'Put the folder back, then run `berth machine stop` and any command to share it again.',
  };
}

/** Undefined when there is no folder. */
async function identify(path: string): Promise<string | undefined> {
  const found = await log.attempt(`Looking at ${path}`, stat(path, { bigint: true }));
  return found?.isDirectory() ? `${found.dev} ${found.ino}` : undefined;
}
