import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LogQuery, nanoseconds, readLog } from './log-file.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-log-'));
  path = join(directory, 'log');
});
afterEach(() => rm(directory, { recursive: true }));

const entry = (second: number, text: string, tag = 'F', stream = 'stdout') =>
  `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000001Z ${stream} ${tag} ${text}\n`;

const timeOf = (text: string) => nanoseconds(text) ?? expect.fail(`${text} is not a time`);
const at = (second: number) => timeOf(`2026-01-01T00:00:0${second}.000000001Z`);

async function read(query: Partial<LogQuery> = {}): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const lines of readLog(path, { signal: new AbortController().signal, ...query })) {
    for (const line of lines) pieces.push(line.data);
  }
  return Buffer.concat(pieces).toString();
}

describe('readLog', () => {
  it('returns the bytes that the container wrote', async () => {
    await writeFile(path, entry(1, 'one') + entry(2, 'tw', 'P') + entry(2, 'o') + entry(3, ''));
    expect(await read()).toBe('one\ntwo\n\n');
  });

  it('a line in pieces belongs to the time of its first piece', async () => {
    await writeFile(
      path,
      entry(1, 'lo', 'P') +
        entry(2, 'other', 'F', 'stderr') +
        entry(3, 'n', 'P') +
        entry(4, 'g') +
        entry(5, 'last'),
    );
    expect(await read({ since: at(2) })).toBe('other\nlast\n');
    expect(await read({ since: at(4) })).toBe('last\n');
    expect(await read({ until: at(2) })).toBe('loother\nng\n');
    expect(await read({ since: at(1), until: at(4) })).toBe('loother\nng\n');
  });

  it('returns the time in UTC in Docker’s format', async () => {
    await writeFile(path, '2026-01-01T00:00:01.000000001+00:00 stdout F one\n');
    const lines = readLog(path, { signal: new AbortController().signal });
    expect((await lines.next()).value?.[0]?.time).toBe('2026-01-01T00:00:01.000000001Z');
    await lines.return(undefined);
  });

  it('is empty before the container ever ran', async () => {
    expect(await read()).toBe('');
  });

  it.each([
    [0, ''],
    [1, 'three\n'],
    [2, 'two\nthree\n'],
    [3, 'one\ntwo\nthree\n'],
    [9, 'one\ntwo\nthree\n'],
  ])('returns the last %i lines with all their pieces', async (tail, expected) => {
    await writeFile(
      path,
      entry(1, 'one') + entry(2, 'tw', 'P') + entry(2, 'o') + entry(3, 'thr', 'P') + entry(3, 'ee'),
    );
    expect(await read({ tail })).toBe(expected);
  });

  it.each([
    [1, 'three'],
    [2, 'two\nthree'],
    [3, 'one\ntwo\nthree'],
  ])('counts an end without a newline as one of the last %i lines', async (tail, expected) => {
    await writeFile(
      path,
      `${entry(1, 'one')}${entry(2, 'two', 'F', 'stderr')}${entry(3, 'thr', 'P')}${entry(3, 'ee', 'P')}`,
    );
    expect(await read({ tail })).toBe(expected);
  });

  it('finds the last lines across many blocks of the file', async () => {
    const line = (n: number) => `${n} ${'x'.repeat(1000)}`;
    await writeFile(path, Array.from({ length: 500 }, (_, n) => entry(1, line(n))).join(''));
    const text = await read({ tail: 200 });
    expect(text.split('\n').slice(0, -1)).toEqual(
      Array.from({ length: 200 }, (_, n) => line(n + 300)),
    );
  });

  it('returns only the last lines, even if a container writes meanwhile', async () => {
    const line = (n: number) => `${n} ${'x'.repeat(1000)}`;
    await writeFile(path, Array.from({ length: 200 }, (_, n) => entry(1, line(n))).join(''));
    const { signal } = new AbortController();
    const texts: string[] = [];
    for await (const lines of readLog(path, { signal, tail: 150 })) {
      if (texts.length === 0) await appendFile(path, entry(2, 'late'));
      texts.push(...lines.map(({ data }) => data.toString()));
    }
    expect(texts).toEqual(Array.from({ length: 150 }, (_, n) => `${line(n + 50)}\n`));
  });

  it('does not count an incomplete entry, but follows it to its end', async () => {
    const half = entry(2, 'two').slice(0, -4);
    await writeFile(path, entry(1, 'one') + half);
    expect(await read({ tail: 1 })).toBe('one\n');
    const ended = Promise.withResolvers<void>();
    const { signal } = new AbortController();
    let text = '';
    for await (const lines of readLog(path, {
      signal,
      tail: 1,
      follow: { ended: ended.promise },
    })) {
      if (text === '') await appendFile(path, entry(2, 'two').slice(half.length));
      for (const { data } of lines) text += data;
      ended.resolve();
    }
    expect(text).toBe('one\ntwo\n');
  });

  it('respects since and until', async () => {
    await writeFile(path, entry(1, 'one') + entry(2, 'two') + entry(3, 'three'));
    const since = timeOf('2026-01-01T00:00:02Z');
    const until = timeOf('2026-01-01T00:00:03Z');
    expect(await read({ since, until })).toBe('two\n');
  });

  it('follows until the writer has ended, and then reads the rest', async () => {
    await writeFile(path, entry(1, 'one'));
    const end = Promise.withResolvers<void>();
    const all = read({ follow: { ended: end.promise } });
    await appendFile(path, entry(2, 'tw').slice(0, -3));
    await appendFile(path, 'two\n');
    await appendFile(path, entry(3, 'three'));
    end.resolve();
    expect(await all).toContain('one\n');
    expect(await all).toContain('three\n');
    expect((await all).split('\n')).toHaveLength(4);
  });

  it('ends when the reader leaves', async () => {
    await writeFile(path, entry(1, 'one'));
    const reader = new AbortController();
    const lines = readLog(path, {
      signal: reader.signal,
      follow: { ended: new Promise(() => {}) },
    });
    expect((await lines.next()).value?.[0]?.data.toString()).toBe('one\n');
    const next = lines.next();
    reader.abort();
    await expect(next).rejects.toThrow(/abort/i);
  });
});

describe('nanoseconds', () => {
  it('keeps all nine digits', () => {
    expect(nanoseconds('1970-01-01T00:00:01.000000002Z')).toBe(1_000_000_002n);
    expect(nanoseconds('1970-01-01T01:00:01.5+01:00')).toBe(1_500_000_000n);
    expect(nanoseconds('1970-01-01T00:00:01Z')).toBe(1_000_000_000n);
  });
});
