import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { directorySize } from './directory-size.ts';

it('counts the content of a directory, and nothing for a directory that was removed meanwhile', async () => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, 'file'), Buffer.alloc(100_000));
  expect(await directorySize(directory.path)).toBeGreaterThanOrEqual(100_000);
  expect(await directorySize(join(directory.path, 'gone'))).toBe(0);
});

it('starts few programs at once for many directories', async () => {
  await using directory = await temporaryDirectory();
  const begun = join(directory.path, 'begun');
  await mkdir(join(directory.path, 'bin'));
  const du = `#!/bin/sh\necho x >>${begun}\nsleep 0.3\necho 4\n`;
  await writeFile(join(directory.path, 'bin/du'), du, { mode: 0o755 });
  vi.stubEnv('PATH', `${join(directory.path, 'bin')}:${process.env.PATH}`);
  try {
    const all = Promise.all(Array.from({ length: 12 }, () => directorySize(directory.path)));
    await vi.waitFor(() => readFile(begun));
    await delay(150);
    expect((await readFile(begun, 'utf8')).length / 2).toBeLessThanOrEqual(4);
    expect(await all).toEqual(Array.from({ length: 12 }, () => 4096));
  } finally {
    vi.unstubAllEnvs();
  }
});
