import { expect, test } from 'vitest';
import { chooseAcceleration, type Obstacle } from './accelerator.ts';

test.each([
  ['linux', 'kvm'],
  ['darwin', 'hvf'],
  ['win32', 'whpx'],
] as const)('%s uses %s when it works, also by name', async (platform, accelerator) => {
  for (const choice of ['auto', accelerator] as const) {
    const acceleration = await chooseAcceleration(choice, platform, async () => undefined);
    expect(acceleration).toEqual({ accelerator, emulated: false });
  }
});

const failing = (obstacle: Obstacle) => async () => obstacle;

test.each<[Obstacle, string]>([
  [{ kind: 'absent' }, 'KVM is not available on this host. Turn on virtualization'],
  [{ kind: 'forbidden' }, "Your user isn't allowed to use KVM. Make /dev/kvm writable"],
  [
    { kind: 'failing', reason: 'failed to set MSR' },
    "KVM doesn't work (failed to set MSR). If you run Berth inside a virtual machine",
  ],
  [
    { kind: 'broken', reason: 'KVM internal error' },
    "KVM can't run the VM (KVM internal error). If you run Berth inside a virtual machine",
  ],
])(
  'emulation is the last resort; the user learns why, and what to do: %o',
  async (obstacle, note) => {
    const acceleration = await chooseAcceleration('auto', 'linux', failing(obstacle));
    expect(acceleration).toMatchObject({ accelerator: 'tcg', emulated: true });
    expect(acceleration.note).toContain(note);
    await expect(chooseAcceleration('kvm', 'linux', failing(obstacle))).rejects.toMatchObject({
      ...{ code: 'accelerator-failed', hint: expect.stringContaining('"emulation"') },
    });
  },
);

test('a system without an accelerator of its own emulates', async () => {
  const acceleration = await chooseAcceleration('auto', 'freebsd', async () => undefined);
  expect(acceleration).toMatchObject({ accelerator: 'tcg', emulated: true });
});
