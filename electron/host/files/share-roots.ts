import { stat } from 'node:fs/promises';
import type { FolderProblem } from '../../api/machine.ts';
import { vanishedProblem } from './folder-problems.ts';
import type { PlannedShare } from './plan.ts';

/** The folders that are shared, as they were found: the machine goes on seeing those, and no others. */
export class ShareRoots {
  readonly shares: readonly PlannedShare[];
  readonly #found: ReadonlyMap<string, string | undefined>;

  private constructor(
    shares: readonly PlannedShare[],
    found: ReadonlyMap<string, string | undefined>,
  ) {
    this.shares = shares;
    this.#found = found;
  }

  static async of(shares: readonly PlannedShare[]): Promise<ShareRoots> {
    const found = shares.map(async ({ path }) => [path, await identify(path)] as const);
    return new ShareRoots(shares, new Map(await Promise.all(found)));
  }

  /** Of those that have gone, or are others by now. */
  async problems(): Promise<FolderProblem[]> {
    const problems = this.shares.map(async ({ path, transport }) => {
      const now = await identify(path);
      // Over the connection, what is there by now is served.
      const isSame = transport === 'sftp' || now === this.#found.get(path);
      return now !== undefined && isSame ? [] : [vanishedProblem(path)];
    });
    return (await Promise.all(problems)).flat();
  }
}

/** Undefined when there is no folder. */
async function identify(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found?.isDirectory() ? `${found.dev} ${found.ino}` : undefined;
}
