import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registry } from '../../conformance/peers/peer.ts';
import { Acknowledged } from '../acknowledged.ts';
import { FaultyEngine } from '../engine.ts';
import type { FaultImages } from '../images.ts';
import type { Operation, Workplace } from '../operation.ts';
import { operations } from '../operations/all.ts';
import { LoggedDisk } from './logged-disk.ts';

export interface RecordOptions {
  readonly directory: string;
  readonly images: FaultImages;
  readonly registry: Registry;
  readonly signal: AbortSignal;
}

/** Something that the engine has confirmed. */
export interface Confirmed {
  readonly what: string;
  /** From this place of the log on, the disk must have it ... */
  readonly from: number;
  /** ... and up to this place. */
  readonly until: number;
  /** Resolves to what is lost, for display. */
  missing(engine: FaultyEngine, directory: string): Promise<string[]>;
}

/**
 * Operations whose result is on the disk when they end. Others start processes, which no disk keeps, or
 * write files of containers, which are on the disk when a program syncs them, as in Docker.
 */
const KEPT = [
  ...['create', 'stop', 'rename', 'pull', 'build', 'classic build', 'commit', 'load', 'volume'],
];
/** The same, and what they removed never comes back. */
const REMOVED = ['rm', 'network disconnect', 'prune'];

/** Runs operations on an engine with a logged disk. Resolves when the disk is unmounted. */
export async function record(
  options: RecordOptions,
): Promise<{ disk: Pick<LoggedDisk, 'before' | 'log'>; confirmed: readonly Confirmed[] }> {
  const directory = join(options.directory, 'recorded');
  await mkdir(directory, { recursive: true });
  await using disk = await LoggedDisk.mount(join(directory, 'disk'), join(directory, 'data'));
  const engine = await FaultyEngine.start(directory, options.registry);
  const confirmed: Confirmed[] = [];
  try {
    const { api } = engine;
    const { images, signal } = options;
    await api.must('POST', `/images/create?fromImage=${encodeURIComponent(images.box)}`);
    for (const [number, operation] of operations.entries()) {
      if (signal.aborted) break;
      if (number % 3 === 0) {
        const name = `kept-${number}`;
        const acknowledged = new Acknowledged(engine, images.box);
        await acknowledged.add(name);
        confirmed.push({
          ...{ what: name, from: await disk.position(), until: Infinity },
          missing: (other) => acknowledged.missing(other),
        });
      }
      const place: Workplace = {
        ...{ api, name: `made-${number}`, image: images.box, pulled: images.layered },
        directory: join(directory, `made-${number}`),
      };
      await operation.prepare?.(place);
      await operation.run(place);
      const from = await disk.position();
      await operation.check(place);
      const until = REMOVED.includes(operation.name) ? Infinity : await disk.position();
      const isKept = KEPT.includes(operation.name) || until === Infinity;
      if (isKept) confirmed.push({ from, until, ...promiseOf(operation, place) });
      await operation.tidy(place);
    }
  } finally {
    await engine.stop();
  }
  return { disk, confirmed };
}

const promiseOf = (operation: Operation, place: Workplace) => ({
  what: operation.name,
  missing: ({ api }: FaultyEngine, directory: string) =>
    operation.check({ ...place, api, directory }).then(
      () => [],
      (error: Error) => [`${operation.name}: ${error.message}`],
    ),
});
