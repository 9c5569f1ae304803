import type { ContextFile, RandomBuild } from './random-build.ts';

/**
 * Removes instructions, flags, ignored patterns and files as long as `stillFails` says that the
 * difference remains. Tries at most `limit` builds.
 */
export async function shrink(
  build: RandomBuild,
  stillFails: (smaller: RandomBuild) => Promise<boolean>,
  limit = 40,
): Promise<RandomBuild> {
  let best = build;
  let left = limit;
  const attempt = async (smaller: RandomBuild) => {
    if (left <= 0) return false;
    left -= 1;
    if (!(await stillFails(smaller))) return false;
    best = smaller;
    return true;
  };
  for (let before: RandomBuild | undefined; before !== best; ) {
    before = best;
    if (best.changed !== undefined) await attempt({ ...best, changed: undefined });
    for (const part of ['instructions', 'flags', 'ignored'] as const) {
      await shrinkList(
        () => best[part],
        (rest) => attempt({ ...best, [part]: rest }),
      );
    }
  }
  await shrinkList(
    () => best.files,
    async (rest) => (areComplete(rest) ? attempt({ ...best, files: rest }) : false),
  );
  return best;
}

/** Removes halves, then quarters, and at last single members, from the end. */
async function shrinkList<T>(
  list: () => readonly T[],
  attempt: (rest: readonly T[]) => Promise<boolean>,
): Promise<void> {
  for (let size = Math.ceil(list().length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let end = list().length; end > 0; end -= size) {
      const start = Math.max(0, end - size);
      await attempt(list().toSpliced(start, end - start));
    }
  }
}

/** Whether the target of each hard link is among the files. */
function areComplete(files: readonly ContextFile[]): boolean {
  const paths = new Set(files.map(({ path }) => path));
  return files.every((file) => file.type !== 'hard link' || paths.has(file.target));
}
