import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadFileCalls } from '../../../guest-agent/runtime/files/file-calls.ts';
import { type Case, placeIn } from './case.ts';
import { caseGroups } from './cases.ts';
import { Peer } from './peer.ts';

/** How long a case can take before it counts as hanging. */
const CASE_MS = 60_000;

/** How a case ended. `stated` differences are known, and `stale` ones are stated but pass. */
export type Verdict = 'ok' | 'differs' | 'stated' | 'stale';

export interface CaseResult {
  /** `group: case` */
  readonly name: string;
  readonly verdict: Verdict;
  /** What the case found, if it differs, or why the difference is stated. */
  readonly detail?: string;
  readonly milliseconds: number;
}

/** Runs all cases whose names contain `only`, each in a new folder below `directory`. */
export async function runCases(
  directory: string,
  stated: Readonly<Record<string, string>>,
  only: string,
  report: (result: CaseResult) => void,
): Promise<CaseResult[]> {
  await loadFileCalls();
  const root = mkdtempSync(join(directory, 'semantics-'));
  // Other users need a way to the cases' folders.
  chmodSync(root, 0o755);
  const results: CaseResult[] = [];
  try {
    for (const [group, cases] of Object.entries(caseGroups)) {
      for (const [title, run] of Object.entries(cases)) {
        const name = `${group}: ${title}`;
        if (!name.includes(only)) continue;
        const folder = join(root, `${results.length}`);
        mkdirSync(folder);
        const start = performance.now();
        const difference = await differenceOf(run, folder);
        const milliseconds = Math.round(performance.now() - start);
        const result = { name, ...judge(difference, stated[name]), milliseconds };
        results.push(result);
        report(result);
      }
    }
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
  return results;
}

function judge(difference: string | undefined, stated: string | undefined) {
  if (difference === undefined) {
    return stated === undefined
      ? ({ verdict: 'ok' } as const)
      : ({ verdict: 'stale', detail: stated } as const);
  }
  if (stated !== undefined) return { verdict: 'stated', detail: stated } as const;
  return { verdict: 'differs', detail: difference } as const;
}

/** The first line of what went wrong. Undefined if the case passed. */
async function differenceOf(run: Case, folder: string): Promise<string | undefined> {
  const peers: Peer[] = [];
  const place = placeIn(folder, async () => {
    const peer = await Peer.start();
    peers.push(peer);
    return peer;
  });
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no end within ${CASE_MS} ms`)), CASE_MS);
  try {
    await Promise.race([run(place), late]);
    return undefined;
  } catch (cause) {
    const { message, stack = '' } = cause instanceof Error ? cause : new Error(String(cause));
    const line = /cases\/([\w-]+\.ts:\d+)/.exec(stack)?.[1];
    const words = message.split('\n').filter(Boolean).slice(0, 3).join(' ');
    return line === undefined ? words : `${words} (${line})`;
  } finally {
    clearTimeout(timer);
    for (const peer of peers) await peer.end();
  }
}
