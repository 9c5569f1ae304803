import { expect, test } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { writeProgram } from '../base/testing/stand-in-program.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { hypervisorsOf } from './native-accelerator.ts';
import { usesVfkit, vfkitObstacle } from './uses-vfkit.ts';

async function withVfkit() {
  const folder = await temporaryDirectory();
  await writeProgram(folder, 'vfkit', { answers: [{ prints: 'vfkit version: v0.6.4\n' }] });
  return { PATH: folder };
}

test.skipIf(onWindows('vfkit is for macOS')).each([
  ['auto', 'darwin', 'arm64', true],
  ['auto', 'darwin', 'amd64', false],
  ['auto', 'linux', 'arm64', false],
  ['auto', 'win32', 'arm64', false],
  ['qemu', 'darwin', 'arm64', false],
  ['vfkit', 'darwin', 'amd64', true],
] as const)(
  'hypervisor "%s" on %s, %s: vfkit %s',
  async (hypervisor, platform, architecture, uses) => {
    const host = { platform, architecture, environment: await withVfkit() };
    expect(await usesVfkit({ hypervisor, accelerator: 'auto' }, host)).toBe(uses);
  },
);

test('a Mac without vfkit uses QEMU', async () => {
  const environment = { PATH: await temporaryDirectory() };
  const host = { platform: 'darwin', architecture: 'arm64', environment } as const;
  expect(await usesVfkit({ hypervisor: 'auto', accelerator: 'auto' }, host)).toBe(false);
  expect(await vfkitObstacle(host)).toMatchObject({ code: 'missing-program' });
  expect(await vfkitObstacle({ ...host, platform: 'win32' })).toMatchObject({ code: 'invalid' });
});

test.each([
  ['darwin', 'vfkit'],
  ['win32', 'hyperv'],
] as const)('the settings offer %s its own hypervisor', (platform, own) => {
  expect(hypervisorsOf(platform)).toEqual(expect.arrayContaining(['qemu', own]));
  expect(hypervisorsOf('linux')).not.toContain(own);
});
