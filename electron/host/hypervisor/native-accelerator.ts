import type { Hypervisor, NativeAccelerator } from '../../api/settings.ts';

const native: Partial<Record<NodeJS.Platform, NativeAccelerator>> = {
  linux: 'kvm',
  darwin: 'hvf',
  win32: 'whpx',
};

/** The accelerator of a system, whether it works or not. */
export const nativeAccelerator = (platform: NodeJS.Platform): NativeAccelerator | undefined =>
  native[platform];

const hypervisors: Partial<Record<NodeJS.Platform, readonly Hypervisor[]>> = {
  darwin: ['vfkit', 'qemu'],
  win32: ['hyperv', 'qemu'],
};

/** The hypervisors that a system can have, whether they are installed or not. */
export const hypervisorsOf = (platform: NodeJS.Platform): readonly Hypervisor[] =>
  hypervisors[platform] ?? ['qemu'];
