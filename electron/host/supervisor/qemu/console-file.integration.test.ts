import { spawn } from 'node:child_process';
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { findQemu } from '../../hypervisor/discover.ts';
import { whileConsoleClosed } from './console-file.ts';
import { consoleArguments } from './devices.ts';
import { openMonitor } from './process.ts';

test('QEMU closes the console’s file while it is cut, and opens it again', async () => {
  const { program } = await findQemu('amd64');
  const directory = await temporaryDirectory();
  const [path, monitor] = [join(directory, 'console.log'), join(directory, 'qmp')];
  const child = spawn(
    program,
    [
      ...['-machine', 'q35', '-nodefaults', '-display', 'none', '-S', '-accel', 'tcg'],
      ...consoleArguments(path),
      ...['-qmp', `unix:${monitor},server=on,wait=off`],
    ],
    { stdio: 'ignore' },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const dial = async () => connect({ path: monitor });
  const qmp = await openMonitor(dial, AbortSignal.timeout(15_000));
  const isOpen = async () => {
    const folder = `/proc/${child.pid}/fd`;
    const links = (await readdir(folder)).map((name) => readlink(join(folder, name)));
    return (await Promise.allSettled(links)).some((link) => 'value' in link && link.value === path);
  };
  expect(await isOpen()).toBe(true);
  await whileConsoleClosed(qmp, path, async () => {
    expect(await isOpen()).toBe(false);
    await writeFile(path, 'cut\n');
  });
  expect(await isOpen()).toBe(true);
  const fails = whileConsoleClosed(qmp, path, () => Promise.reject(new Error('in use')));
  await expect(fails).rejects.toThrow('in use');
  expect(await isOpen()).toBe(true);
  expect(await readFile(path, 'utf8')).toBe('cut\n');
  await qmp.quit();
});
