import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '../connection.ts';
import { running } from '../containers.ts';
import { must, type Scenario } from '../scenario.ts';

const MIB = 1 << 20;
/** Writes lines of a kilobyte as quickly as it can. */
const WRITER = `exec yes ${'x'.repeat(1000)}`;
/**
 * A log has files of 20 MB, 100 MB together. If the container writes faster than the disk, it has fewer
 * files, which are as long as what is written while the engine begins the next one.
 */
const MOST_ON_DISK = 1000;
/** What the engine may take in addition, in MiB. */
const MOST_MEMORY = 100;

/** A container writes more than anybody reads. */
export const logs: Scenario = {
  name: 'logs',
  async run(place) {
    const { engine, api, signal } = place;
    const seconds = place.count(30, 4);
    const memory = await engine.memory();
    await running(place, 'writer', ['sh', '-c', WRITER]);
    const { Id, State } = await api.inspect('/containers/writer/json');
    const directory = join(engine.data, 'containers', Id);
    const path = '/containers/writer/logs?stdout=1&follow=1';
    const follower = await Connection.open(api.socket, { path });
    const unread = await Connection.open(api.socket, { path });
    const done = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
    const followed = follower.readSlowly(100 * MIB, done);
    const [most, written] = [{ disk: 0, memory: 0 }, new Growth()];
    while (!done.aborted) {
      const sizes = await logSizes(directory);
      written.add(sizes);
      most.disk = Math.max(most.disk, total(sizes) / MIB);
      most.memory = Math.max(most.memory, (await engine.memory()) - memory);
      await delay(20);
    }
    const rate = written.bytes / MIB / seconds;
    const read = (await followed) / MIB / seconds;
    for (const connection of [follower, unread]) connection.cut();
    const begun = performance.now();
    const { bytes } = await api.must('GET', '/containers/writer/logs?stdout=1&tail=1000');
    const tail = performance.now() - begun;
    must(State.Running && bytes.length > 1_000_000, 'the last lines are missing');
    must(most.disk < MOST_ON_DISK, `the log took ${most.disk.toFixed()} MiB of the disk`);
    must(most.memory < MOST_MEMORY, `the engine took ${most.memory.toFixed()} MiB more`);
    return `${rate.toFixed()} MiB/s written, ${read.toFixed()} MiB/s followed, log up to ${most.disk.toFixed()} MiB, memory +${most.memory.toFixed()} MiB, 1,000 last lines after ${tail.toFixed()} ms`;
  },
};

/** Adds up how much files have grown, by inode, while new ones come and old ones go. */
class Growth {
  bytes = 0;
  readonly #known = new Map<number, number>();

  add(sizes: ReadonlyMap<number, number>): void {
    for (const [inode, size] of sizes) {
      this.bytes += Math.max(0, size - (this.#known.get(inode) ?? 0));
      this.#known.set(inode, size);
    }
  }
}

/** The sizes of a log's files, by inode. */
async function logSizes(directory: string): Promise<Map<number, number>> {
  const names = (await readdir(directory)).filter((name) => /^log(\.\d+)?$/.test(name));
  const found = await Promise.all(
    // A file may be renamed meanwhile.
    names.map((name) => stat(join(directory, name)).catch(() => undefined)),
  );
  return new Map(found.flatMap((file) => (file ? [[file.ino, file.size] as const] : [])));
}

const total = (sizes: ReadonlyMap<number, number>) =>
  [...sizes.values()].reduce((sum, size) => sum + size, 0);
