import type { NativeAccelerator } from '../../api/settings.ts';

const native: Partial<Record<NodeJS.Platform, NativeAccelerator>> = {
  linux: 'kvm',
  darwin: 'hvf',
  win32: 'whpx',
};

/** The accelerator that a system has, whether it works or not. */
export const nativeAccelerator = (platform: NodeJS.Platform): NativeAccelerator | undefined =>
  native[platform];
