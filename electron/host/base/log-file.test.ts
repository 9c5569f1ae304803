import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onWindows, ownerOnly } from '../../../guest-agent/testing/on-windows.ts';
import { fileLog } from './log-file.ts';
import { runProgram } from './process.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const large = 'x'.repeat(1024 * 1024 + 1);
const newLog = async () => join(await temporaryDirectory(), 'app.log');

it('appends lines that only the owner may read', async () => {
  const path = await newLog();
  const log = fileLog(path);
  log('first');
  log('second');
  expect(await readFile(path, 'utf8')).toBe('first\nsecond\n');
  expect((await stat(path)).mode & 0o777).toBe(ownerOnly);
});

it('begins a new file once the log is large, and keeps the last one', async () => {
  const path = await newLog();
  await writeFile(`${path}.1`, 'oldest');
  await writeFile(path, large);
  fileLog(path)('next');
  expect(await readFile(path, 'utf8')).toBe('next\n');
  expect(await readFile(`${path}.1`, 'utf8')).toBe(large);
});

it('a process that was killed while it rotated holds up nobody', async () => {
  const path = await newLog();
  const guard = `${path}.rotating`;
  await writeFile(path, large);
  await writeFile(guard, '');
  const log = fileLog(path);
  log('beside it');
  await expect(stat(`${path}.1`)).rejects.toMatchObject({ code: 'ENOENT' });
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(guard, longAgo, longAgo);
  log('finds it');
  log('rotates');
  expect(await readFile(path, 'utf8')).toBe('rotates\n');
  expect(await readFile(`${path}.1`, 'utf8')).toBe(`${large}beside it\nfinds it\n`);
});

it('a log that cannot be written disturbs nobody', async () => {
  const log = fileLog(join(await temporaryDirectory(), 'missing', 'app.log'));
  expect(() => log('lost')).not.toThrow();
});

it.skipIf(onWindows('wine doesn’t append lines of several processes atomically'))(
  'no line of several processes is lost or mixed up while they rotate',
  async () => {
    const path = await newLog();
    const from = JSON.stringify(new URL('log-file.ts', import.meta.url).href);
    const filler = 'y'.repeat(1000);
    const writer = (name: string) =>
      runProgram(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          `const { fileLog } = await import(${from});
        const log = fileLog(${JSON.stringify(path)});
        for (let line = 0; line < 600; line++) log(\`${name} \${line} ${filler}\`);`,
        ],
        { timeoutMs: 60_000 },
      );
    const ends = await Promise.all(['a', 'b', 'c'].map(writer));
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      Array(3).fill({ code: 0, stderr: '' }),
    );
    // 1.8 MB: one rotation.
    const text = (await readFile(`${path}.1`, 'utf8')) + (await readFile(path, 'utf8'));
    const found = text.trimEnd().split('\n');
    const expected = ['a', 'b', 'c'].flatMap((name) =>
      Array.from({ length: 600 }, (_, line) => `${name} ${line} ${filler}`),
    );
    expect(found.sort()).toEqual(expected.sort());
  },
);
