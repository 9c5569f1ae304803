import { remove, withContainer } from '../engine/box.ts';
import type { Group } from '../engine/group.ts';
import type { HostileEngine } from '../engine/start.ts';
import type { Verdict } from '../engine/verdict.ts';
import type { HostileArchive } from './archive.ts';
import { expected } from './expected.ts';
import { readBack } from './read-back.ts';
import { archives } from './table.ts';
import { type Way, ways } from './ways.ts';

/** Each archive, by each way into the engine. */
export const archiveCases: Group = {
  name: 'archives',
  quick: 40,
  cases: archives.map((archive) => ({
    name: archive.name,
    run: (engine) => tryArchive(engine, archive),
  })),
  count: (cases) => `${cases} archives x ${ways.length} ways = ${cases * ways.length}`,
};

/** Takes an archive by each way. Returns what is wrong. */
async function tryArchive(engine: HostileEngine, archive: HostileArchive): Promise<string[]> {
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
  return wrong;
}

/** Takes the archive, and reads what was made of it. */
async function takeAndLook(socket: string, way: Way, archive: HostileArchive): Promise<Verdict> {
  const { image, ...verdict } = await way.take(socket, archive);
  if (verdict.kind === 'refused' || image === undefined) return verdict;
  const path = `/images/${encodeURIComponent(image)}?force=1`;
  await using _ = { [Symbol.asyncDispose]: () => remove(socket, path) };
  await withContainer(socket, image, (id) => readBack(socket, id, '/'));
  return verdict;
}
