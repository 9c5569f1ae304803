import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readLog } from './log-file.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-'));
  path = join(directory, 'log');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

interface Entry {
  readonly stream: string;
  readonly tag: string;
  readonly text: string;
}

const format = ({ stream, tag, text }: Entry) =>
  `2026-01-01T00:00:00.000000000+00:00 ${stream} ${tag} ${text}\n`;

/** The same numbers for the same seed (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) % below;
  };
}

/** Entries of both streams, some partial, together longer than one read of the file. */
function randomEntries(pick: (below: number) => number): Entry[] {
  return Array.from({ length: 1 + pick(400) }, (_, index) => ({
    stream: pick(3) === 0 ? 'stderr' : 'stdout',
    tag: pick(4) === 0 ? 'P' : 'F',
    // Some are as long as the monitor's limit, most have the length of ordinary lines.
    text: `${index} ${'x'.repeat(pick(20) === 0 ? pick(8000) : pick(90))}`,
  }));
}

/** The last lines: a full entry ends a line, and so does the last entry of each stream. */
function lastLines(entries: readonly Entry[], count: number): Entry[] {
  const ends = entries.flatMap(({ stream, tag }, index) => {
    const isLast = !entries.slice(index + 1).some((later) => later.stream === stream);
    return tag === 'F' || isLast ? [index] : [];
  });
  if (count === 0) return [];
  return ends.length > count ? entries.slice((ends.at(-count - 1) ?? 0) + 1) : [...entries];
}

async function readTail(tail: number): Promise<string[]> {
  const { signal } = new AbortController();
  const texts: string[] = [];
  for await (const lines of readLog(path, { signal, tail })) {
    texts.push(...lines.map(({ data }) => data.toString()));
  }
  return texts;
}

it.each(Array.from({ length: 40 }, (_, seed) => [seed]))(
  'returns the same last lines of any log, in one file or several (seed %i)',
  async (seed) => {
    const pick = random(seed);
    const entries = randomEntries(pick);
    const cuts = [pick(entries.length + 1), pick(entries.length + 1)].sort((a, b) => a - b);
    const [first = 0, second = 0] = pick(2) === 0 ? cuts : [];
    await writeFile(`${path}.2`, entries.slice(0, first).map(format).join(''));
    await writeFile(`${path}.1`, entries.slice(first, second).map(format).join(''));
    await writeFile(path, entries.slice(second).map(format).join(''));
    for (const tail of [0, 1, 2, pick(entries.length), entries.length, entries.length + 5]) {
      const expected = lastLines(entries, tail).map(({ tag, text }) =>
        tag === 'P' ? text : `${text}\n`,
      );
      expect(await readTail(tail)).toEqual(expected);
    }
  },
);

it('reads a long log in few chunks, regardless of its number of lines', async () => {
  const entry = format({ stream: 'stdout', tag: 'F', text: 'a line of an ordinary length' });
  await writeFile(path, entry.repeat(20_000));
  const file = await open(path);
  const handles = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  const reads = vi.spyOn(handles, 'read');
  expect(await readTail(10_000)).toHaveLength(10_000);
  // Half of 1.5 MB twice, 64 KiB at a time: backwards to find the first line, then forwards.
  expect(reads.mock.calls.length).toBeLessThan(40);
});
