import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../guest-agent/store/testing/temporary-directory.ts';

/*
 * The programs that check shared folders, on a folder of this system, where every check must pass. A check
 * that fails here is wrong itself.
 */
const MAIN = join(import.meta.dirname, 'main.ts');
const files = async (...words: string[]) => {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...words]).catch(
    (error: { stdout: string }) => error,
  );
  return stdout;
};
const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)('a local file system does what the cases say', async () => {
  await using directory = await temporaryDirectory();
  // Other users need a way to the cases' folders.
  await chmod(directory.path, 0o755);
  const output = await files('semantics', '--directory', directory.path, '--quiet');
  expect(output).toMatch(
    /^semantics: (\d\d\d) cases on local: \1 ok, 0 differ as stated, 0 differ/,
  );
});

test('watchers on a local file system report each change exactly', async () => {
  await using directory = await temporaryDirectory();
  const places = ['--host', directory.path, '--mount', directory.path];
  // On a busy host, watchers start and report late. What they report is the same.
  const output = await files('events', ...places, '--only', 'file', '--limit', '5000');
  expect(output).toMatch(/^events: (\d+) changes, \1 exact, 0 differ/m);
});

test('two sides of a local folder see what the model says', async () => {
  await using directory = await temporaryDirectory();
  const places = ['--host', directory.path, '--mount', directory.path];
  const output = await files('random', ...places, '--seed', '7', '--minutes', '0.1');
  expect(output).toMatch(/^random: \d+ operations in \d+ batches with seed 7: 0 differences/m);
});

test('programs work in a local folder', async () => {
  await using directory = await temporaryDirectory();
  const output = await files('programs', '--directory', directory.path, '--only', 'tar');
  expect(output).toMatch(/^programs: 1 passed, 0 failed, 0 skipped/m);
});
