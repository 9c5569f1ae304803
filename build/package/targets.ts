import {
  type GuestArchitecture,
  guestArchitecture,
  nodePackageName,
} from '../../electron/host/home/resources.ts';

/** A platform and a processor that Berth is packaged for. */
export interface PackageTarget {
  readonly platform: 'darwin' | 'linux' | 'win32';
  readonly arch: 'arm64' | 'x64';
}

/**
 * All targets. On Windows on ARM, the command line runs on Node 22: npm has no Node 24 for it, and a
 * Node 24 for x64 would run in emulation.
 */
export const packageTargets: readonly PackageTarget[] = [
  { platform: 'darwin', arch: 'arm64' },
  { platform: 'darwin', arch: 'x64' },
  { platform: 'linux', arch: 'arm64' },
  { platform: 'linux', arch: 'x64' },
  { platform: 'win32', arch: 'arm64' },
  { platform: 'win32', arch: 'x64' },
];

/** The name of a target, for example `darwin-arm64`. It's also the name that node-pty uses. */
export function nameOf({ platform, arch }: PackageTarget): string {
  return `${platform}-${arch}`;
}

/** The target with this name. Throws for a name that isn't in `packageTargets`. */
export function targetNamed(name: string): PackageTarget {
  const target = packageTargets.find((each) => nameOf(each) === name);
  if (target) return target;
  throw new Error(
    `Berth has no package for ${name}. Choose from: ${packageTargets.map(nameOf).join(', ')}`,
  );
}

/** electron-builder's word for each platform, which its `${os}` stands for. */
export const builderPlatform = { darwin: 'mac', linux: 'linux', win32: 'win' } as const;

/** The architecture of the VM that runs on a target. */
export function guestOf({ arch }: PackageTarget): GuestArchitecture {
  return guestArchitecture(arch);
}

/** The npm package with the Node of a target. */
export function nodePackageOf({ platform, arch }: PackageTarget): string {
  return nodePackageName(platform, arch);
}
