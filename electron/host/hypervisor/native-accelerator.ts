import type { NativeAccelerator } from '../../api/settings.ts';

const native: Partial<Record<NodeJS.Platform, NativeAccelerator>> = {
  linux: 'kvm',
  darwin: 'hvf',
  win32: 'whpx',
};

/** The accelerator of a system, whether it works or not. */
export const nativeAccelerator = (platform: NodeJS.Platform): NativeAccelerator | undefined =>
  native[platform];
