import { ask } from '../engine/ask.ts';
import { withContainer } from '../engine/box.ts';
import type { HostileEngine } from '../engine/start.ts';
import type { Verdict } from '../engine/verdict.ts';
import type { HostileArchive } from './archive.ts';
import { expected } from './expected.ts';
import { readBack } from './read-back.ts';
import { type Way, ways } from './ways.ts';

/** The most milliseconds that a sign of life may take. */
export const MAX_PING_MS = 250;
/** The most memory of the engine's process, in MiB. */
export const MAX_MEMORY = 640;

/** Takes an archive by each way. Returns what is wrong. */
export async function tryArchive(
  engine: HostileEngine,
  archive: HostileArchive,
): Promise<string[]> {
  const wrong: string[] = [];
  let letters = '';
  const words = new Set<string>();
  for (const way of ways) {
    try {
      const verdict = await takeAndLook(engine.socket, way, archive);
      letters += verdict.kind === 'refused' ? 'r' : 't';
      if (verdict.kind === 'refused') words.add(`${way.name}: ${verdict.words}`);
    } catch (error) {
      letters += '!';
      wrong.push(`${way.name}: ${(error as Error).message}`);
    }
  }
  const wanted = expected[archive.name];
  if (letters !== wanted) {
    wrong.push(`"${letters}" instead of "${wanted}"`, ...words);
  }
  const { longest, failed, memory } = await engine.vitals.since();
  if (longest > MAX_PING_MS) wrong.push(`a sign of life took ${Math.round(longest)} ms`);
  if (memory > MAX_MEMORY) wrong.push(`the engine took ${Math.round(memory)} MiB of memory`);
  wrong.push(...failed.map((why) => `no sign of life: ${why}`));
  wrong.push(...(await engine.remains.look()));
  return wrong;
}

/** Takes the archive, and reads what was made of it. */
async function takeAndLook(socket: string, way: Way, archive: HostileArchive): Promise<Verdict> {
  const { image, ...verdict } = await way.take(socket, archive);
  if (verdict.kind === 'refused' || image === undefined) return verdict;
  try {
    await withContainer(socket, image, (id) => readBack(socket, id, '/'));
  } finally {
    const path = `/images/${encodeURIComponent(image)}?force=1`;
    const removed = await ask(socket, { method: 'DELETE', path });
    if (removed.status !== 200) throw new Error(`can't remove the image: ${removed.text}`);
  }
  return verdict;
}
