import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { commandLineOf, isAlive } from '../base/process.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { killSilent, recordedProcess } from './hypervisor-process.ts';

vi.mock('../base/process.ts', async (original) => ({
  ...(await original<typeof import('../base/process.ts')>()),
  commandLineOf: vi.fn(),
}));

test('a process whose owner the system hides is neither killed nor taken for another program', async () => {
  vi.mocked(commandLineOf).mockResolvedValue(undefined);
  await expect(killSilent(process.pid, 'machines/default')).rejects.toMatchObject({
    ...{ code: 'machine-failed', message: expect.stringContaining('may run') },
    hint: expect.stringContaining(String(process.pid)),
  });
  expect(isAlive(process.pid)).toBe(true);
  vi.mocked(commandLineOf).mockResolvedValue('another program');
  await killSilent(process.pid, 'machines/default');
});

test('a process ID that can’t be read isn’t taken for none', async () => {
  const directory = await temporaryDirectory();
  expect(await recordedProcess(join(directory, 'missing'))).toBeUndefined();
  await writeFile(join(directory, 'pid'), String(process.pid));
  expect(await recordedProcess(join(directory, 'pid'))).toBe(process.pid);
  // A directory can't be read, as a file that a virus scanner has open on Windows.
  await expect(recordedProcess(directory)).rejects.toMatchObject({
    code: 'machine-failed',
    message: expect.stringContaining("Can't find out whether the VM runs"),
  });
});
