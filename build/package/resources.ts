import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { guestOf, nameOf, type PackageTarget } from './targets.ts';

/** A file or folder that the app finds in its resources. */
export interface Resource {
  readonly from: string;
  /** Relative to the resources. */
  readonly to: string;
  readonly executable?: boolean;
  /** What to do if `from` is missing. A resource without advice may be missing. */
  readonly advice?: string;
}

/** The folders that resources come from. */
export interface Sources {
  readonly dist: string;
  /** The folder of the target's Node package, already checked. */
  readonly node: string;
  /** The folder that `writeLicenses` has filled. */
  readonly licenses: string;
}

/** The resources of a target: the VM's image, the command line, its Node, the licenses and the hypervisor. */
export function resourcesOf(target: PackageTarget, { dist, node, licenses }: Sources): Resource[] {
  const guest = guestOf(target);
  const windows = target.platform === 'win32';
  const program = windows ? 'node.exe' : 'node';
  const launcher = windows ? 'berth.cmd' : 'berth';
  const image = `run \`npm run image -- --arch ${guest}\` on Debian, and copy dist/vm/${guest}`;
  const build = 'run `npm run build`';
  return [
    ...['kernel', 'initrd', 'root.erofs', 'manifest.json'].map((name) => ({
      from: join(dist, 'vm', guest, name),
      to: join('vm', guest, name),
      advice: image,
    })),
    // Hyper-V boots from a disk with UEFI. An image may come without this disk.
    ...(windows
      ? [{ from: join(dist, 'vm', guest, 'esp.img'), to: join('vm', guest, 'esp.img') }]
      : []),
    { from: join(dist, 'cli'), to: 'cli', advice: build },
    { from: join(dist, launcher), to: join('bin', launcher), executable: true, advice: build },
    {
      from: join(node, 'bin', program),
      to: join('node', program),
      executable: true,
      advice: 'run `npm install`',
    },
    { from: licenses, to: 'licenses', advice: 'call `writeLicenses`' },
    // `npm run hypervisors` makes them. Without them, the app uses the QEMU of the system.
    ...['qemu', 'vfkit'].map((name) => ({
      from: join(dist, 'hypervisors', nameOf(target), name),
      to: name,
    })),
  ];
}

/**
 * Gathers a target's resources in `directory`, which it replaces. Rejects if a resource is
 * missing.
 */
export async function gatherResources(
  target: PackageTarget,
  sources: Sources,
  directory: string,
): Promise<void> {
  const resources = resourcesOf(target, sources);
  for (const { from, advice } of resources) {
    if (advice && !existsSync(from)) {
      throw new Error(
        `The package for ${nameOf(target)} needs ${from}, which is missing: ${advice}`,
      );
    }
  }
  await mkdir(dirname(directory), { recursive: true });
  const partial = await mkdtemp(`${resolve(directory)}-partial-`);
  try {
    for (const { from, to, executable } of resources) {
      if (!existsSync(from)) continue;
      await place(from, join(partial, to));
      if (executable) await chmod(join(partial, to), 0o755);
    }
    await chmod(partial, 0o755);
    await rm(directory, { recursive: true, force: true });
    await rename(partial, directory);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function place(from: string, to: string): Promise<void> {
  // Source maps would double the size of the command line, and nothing reads them.
  if (basename(from).endsWith('.map')) return;
  if ((await stat(from)).isDirectory()) {
    await mkdir(to, { recursive: true });
    for (const name of await readdir(from)) await place(join(from, name), join(to, name));
    return;
  }
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to, constants.COPYFILE_FICLONE);
}
