import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, differencesOf, required } from './change.ts';
import { changes } from './changes.ts';
import { snapshot } from './snapshot.ts';
import { startWatchers } from './start-watchers.ts';
import type { Watcher } from './watcher.ts';

/** How long watchers are silent before they count as done, and at most. */
const QUIET_MS = 350;
const LONGEST_MS = 5_000;

export interface ChangeResult {
  readonly name: string;
  /** What is wrong. Empty if all events came, no others, and the host's files are as they were. */
  readonly faults: readonly string[];
  /** Milliseconds from the end of the change to the last required event of inotify. */
  readonly latency: number;
}

export interface EventsOptions {
  readonly host: string;
  readonly mount: string;
  readonly within?: readonly string[];
  /** In milliseconds. */
  readonly limit: number;
  readonly only: string;
}

/** Makes each change on the host, and compares what watchers on the mount report. */
export async function runChanges(
  { host, mount, within, limit, only }: EventsOptions,
  report: (result: ChangeResult) => void,
): Promise<ChangeResult[]> {
  const results: ChangeResult[] = [];
  for (const [name, change] of Object.entries(changes)) {
    if (!name.includes(only)) continue;
    const folder = `events-${results.length}`;
    mkdirSync(join(host, folder));
    const watchers = await startWatchers(join(mount, folder), within);
    try {
      const result = { name, ...(await runChange(change, join(host, folder), watchers, limit)) };
      results.push(result);
      report(result);
    } finally {
      await Promise.all(watchers.map((watcher) => watcher.stop()));
      rmSync(join(host, folder), { recursive: true });
    }
  }
  return results;
}

async function runChange(
  change: Change,
  host: string,
  watchers: readonly Watcher[],
  limit: number,
): Promise<Omit<ChangeResult, 'name'>> {
  for (const prepare of [change.prepare ?? []].flat()) {
    prepare(host);
    await quiet(watchers);
  }
  for (const watcher of watchers) watcher.seen = [];
  change.run(host);
  const end = performance.now();
  const before = snapshot(host);
  const isComplete = () =>
    watchers.every(({ name, seen }) =>
      required(change[name]).every((event) => seen.some((each) => each.event === event)),
    );
  while (!isComplete() && performance.now() - end < LONGEST_MS) await sleep(5);
  await quiet(watchers);
  const faults = watchers.flatMap(({ name, seen }) =>
    differencesOf(
      seen.map(({ event }) => event),
      change[name],
      name === 'inotify',
    ).map((fault) => `${name}: ${fault}`),
  );
  const after = snapshot(host);
  faults.push(...before.filter((line) => !after.includes(line)).map((line) => `host: was ${line}`));
  faults.push(...after.filter((line) => !before.includes(line)).map((line) => `host: is ${line}`));
  const inotify = watchers.find(({ name }) => name === 'inotify')?.seen ?? [];
  faults.push(...cookieFaults(inotify));
  const wanted = inotify.filter(({ event }) => change.inotify.includes(event));
  const latency = Math.max(0, ...wanted.map(({ at }) => at - end));
  if (latency > limit) faults.push(`inotify: ${Math.round(latency)} ms after the change`);
  return { faults, latency };
}

/** Both halves of a move have one number. */
function cookieFaults(seen: Watcher['seen']): string[] {
  const cookies = (prefix: string) =>
    seen.filter(({ event }) => event.startsWith(prefix)).map(({ cookie }) => cookie);
  const [from, to] = [cookies('MOVED_FROM'), cookies('MOVED_TO')];
  if (from.length !== to.length || from.every((cookie, index) => cookie === to[index])) return [];
  return [`inotify: the halves of a move have cookies ${from.join()} and ${to.join()}`];
}

/** Waits until no watcher has reported anything for a moment. */
async function quiet(watchers: readonly Watcher[]): Promise<void> {
  const count = () => watchers.reduce((sum, { seen }) => sum + seen.length, 0);
  const start = performance.now();
  let last = { count: count(), at: start };
  while (performance.now() - last.at < QUIET_MS && performance.now() - start < LONGEST_MS) {
    await sleep(20);
    if (count() !== last.count) last = { count: count(), at: performance.now() };
  }
}
