import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ExitWatcher } from './exit-file.ts';

async function watched() {
  const directory = await mkdtemp(join(tmpdir(), 'exits-'));
  const exits: [name: string, exitCode: number][] = [];
  const errors: unknown[] = [];
  const watcher = new ExitWatcher(
    directory,
    ({ name, exitCode }) => exits.push([name, exitCode]),
    (error) => errors.push(error),
  );
  onTestFinished(async () => {
    watcher.close();
    await rm(directory, { recursive: true, force: true });
  });
  const leave = async (name: string, text: string) => {
    await writeFile(join(directory, `${name}.tmp`), text);
    await rename(join(directory, `${name}.tmp`), join(directory, name));
  };
  return { directory, exits, errors, watcher, leave };
}

it('reports each exit once, including earlier ones', async () => {
  const { exits, errors, watcher, leave } = await watched();
  await leave('early', '3');
  await watcher.open();
  await leave('late', '137');
  await vi.waitFor(() => expect(exits).toHaveLength(2));
  await watcher.check();
  expect(exits).toEqual([
    ['early', 3],
    ['late', 137],
  ]);
  expect(errors).toEqual([]);
});

it('reports what it can’t read, and reports the exit once it can', async () => {
  const { directory, exits, errors, watcher, leave } = await watched();
  await watcher.open();
  // Reading a directory fails, as reading any file fails if the agent has run out of descriptors.
  await mkdir(join(directory, 'busy'));
  await vi.waitFor(() => expect(errors).toEqual([expect.objectContaining({ code: 'EISDIR' })]));
  await rm(join(directory, 'busy'), { recursive: true });
  await leave('busy', '0');
  await vi.waitFor(() => expect(exits).toEqual([['busy', 0]]));
});
