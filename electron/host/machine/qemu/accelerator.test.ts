import { expect, test } from 'vitest';
import { chooseAccelerator } from './accelerator.ts';

test.each([
  ['linux', 'kvm'],
  ['darwin', 'hvf'],
  ['win32', 'whpx'],
] as const)('%s uses %s when it works', async (platform, accelerator) => {
  const features = await chooseAccelerator(platform, async () => undefined);
  expect(features).toEqual({ accelerator, emulated: false });
});

test('emulation is the last resort, and the user learns why', async () => {
  const features = await chooseAccelerator('linux', async () => 'may not be used by this user');
  expect(features).toMatchObject({ accelerator: 'tcg', emulated: true });
  expect(features.note).toContain('kvm may not be used by this user');
  expect(features.note).toContain('/dev/kvm');
});

test('a system without an accelerator of its own emulates', async () => {
  const features = await chooseAccelerator('freebsd', async () => undefined);
  expect(features).toMatchObject({ accelerator: 'tcg', emulated: true });
});
