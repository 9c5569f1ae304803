import { constants } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../fixtures/random.ts';
import { type FaultResult, Findings } from '../checks.ts';
import { FaultyEngine } from '../engine.ts';
import { mountImage, unmount } from './logged-disk.ts';
import { type Confirmed, type RecordOptions, record } from './record.ts';
import { type Change, ReplayedDisk, readLog } from './write-log.ts';

export interface PowerCutOptions extends RecordOptions {
  readonly seed: number;
  /** How many states of the disk to check. */
  readonly cuts: number;
  /** When to stop early, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly print: (line: string) => void;
}

/**
 * Runs operations once while each write to the data disk is logged. Then makes the disk as it could be
 * after a power cut at many moments, and starts an engine on each: everything that was confirmed before
 * must be there, and nothing without an owner.
 */
export async function cutPower(options: PowerCutOptions): Promise<FaultResult> {
  const begun = Date.now();
  const { directory, cuts, seed, deadline, signal, print } = options;
  const { disk, confirmed } = await record(options);
  const changes = await readLog(disk.log);
  const random = new Random(seed);
  const findings = new Findings(print);
  const flushes = changes.flatMap(({ kind }, index) => (kind === 'flush' ? [index] : []));
  // Without a write between them, two flushes leave the same disk.
  const ends = flushes.filter((index) => changes[index + 1]?.kind !== 'flush');
  const counts = { flushed: 0, between: 0, confirmed: 0 };
  const state = join(directory, 'state.img');
  await copyFile(disk.before, state);
  let replayed = 0;
  for (let number = 0; number < cuts; number++) {
    if (Date.now() > deadline || signal.aborted) break;
    const flush = ends[Math.floor((number * ends.length) / cuts)] ?? 0;
    const next = flushes.find((index) => index > flush) ?? changes.length;
    await bringForward(state, disk.log, changes.slice(replayed, flush + 1));
    replayed = flush + 1;
    const image = join(directory, 'cut.img');
    await copyFile(state, image, constants.COPYFILE_FICLONE);
    // Every second time the power is lost while more is being written.
    const pending =
      number % 2 === 0 ? [] : changes.slice(replayed, random.integer(replayed + 1, next));
    await bringForward(image, disk.log, pending, random);
    const end = changes[flush + pending.length]?.end ?? 0;
    const owed = confirmed.filter(({ from, until }) => from <= end && end < until);
    const label = `cut ${number}, at write ${flush + pending.length} of ${changes.length}`;
    counts[pending.length > 0 ? 'between' : 'flushed'] += 1;
    counts.confirmed += owed.length;
    await checkCut(label, image, owed, findings, options);
    if (number % 25 === 24) print(`${label}: ${owed.length} confirmed things`);
  }
  const count = counts.flushed + counts.between;
  const minutes = ((Date.now() - begun) / 60_000).toFixed(1);
  const summary = `faults: ${count} power cuts (${counts.flushed} after a flush, ${counts.between} between flushes) of ${changes.length} writes with ${flushes.length} flushes, ${counts.confirmed} confirmed things looked for: ${findings.summary}; seed ${seed}, ${minutes} min`;
  return { summary, isClean: findings.isClean };
}

async function bringForward(
  image: string,
  log: string,
  changes: readonly Change[],
  random?: Random,
): Promise<void> {
  await using disk = await ReplayedDisk.open(image, log);
  await (random ? disk.applySome(changes, random) : disk.apply(changes));
}

/** Starts an engine on the disk, as the next boot does. */
async function checkCut(
  label: string,
  image: string,
  owed: readonly Confirmed[],
  findings: Findings,
  { directory, registry }: PowerCutOptions,
): Promise<void> {
  const place = join(directory, 'cut');
  const data = join(place, 'data');
  await mkdir(place, { recursive: true });
  try {
    await mountImage(image, data);
    try {
      const engine = await FaultyEngine.start(place, registry);
      try {
        const missing = async () =>
          (await Promise.all(owed.map((each) => each.missing(engine, place)))).flat();
        // A cut during a request leaves what the next one can use.
        await findings.check(label, engine.api, { missing }, { isDone: false });
      } finally {
        await engine.stop();
      }
    } finally {
      await unmount(data);
    }
  } catch (error) {
    findings.fail(label, 'failed', error);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
