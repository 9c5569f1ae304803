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
  const features = await chooseAccelerator('linux', async () => ({ kind: 'forbidden' }));
  expect(features).toMatchObject({ accelerator: 'tcg', emulated: true });
  expect(features.note).toContain('kvm may not be used by this user. Make /dev/kvm writable');
});

test.each([
  ['absent', undefined, 'kvm is not there. Turn on virtualization'],
  ['failing', 'failed to set MSR', 'kvm does not work (failed to set MSR). Where this computer'],
] as const)('what to do about it fits what is wrong: %s', async (kind, reason, note) => {
  const features = await chooseAccelerator('linux', async () => ({
    kind,
    ...(reason && { reason }),
  }));
  expect(features.note).toContain(note);
  expect(features.note).not.toContain('/dev/kvm');
});

test('a system without an accelerator of its own emulates', async () => {
  const features = await chooseAccelerator('freebsd', async () => undefined);
  expect(features).toMatchObject({ accelerator: 'tcg', emulated: true });
});
