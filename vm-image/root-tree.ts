import { lstatSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { guestPaths } from '../guest-agent/contract/paths.ts';
import type { Arch } from './arch.ts';
import { busyboxApplets } from './busybox-applets.ts';
import { runProgram } from './run-program.ts';
import { starterImages } from './starter/images.ts';
import { writeLayout } from './starter/layout.ts';

/** The parts of the guest's root file system. */
export interface RootParts {
  /** Debian's packages, unpacked and trimmed. */
  readonly base: string;
  /** `node` and `node_modules`. */
  readonly node: string;
  /** The agent's bundle. */
  readonly agent: string;
  /** The bundle of the shared folders' client. */
  readonly shareClient: string;
}

/** Berth's own files in the guest. */
export const overlayFiles = join(import.meta.dirname, 'root');

/** Creates `tree` with the guest's complete root file system. */
export async function makeRootTree(arch: Arch, parts: RootParts, tree: string): Promise<void> {
  // The base is large, so its files are hard links. The code below doesn't write into them.
  await runProgram('cp', ['--archive', '--link', parts.base, tree]);
  for (const name of [
    'dev',
    'mnt',
    'proc',
    'root',
    'run',
    'sys',
    'tmp',
    'var/log/berth',
    'var/tmp',
    guestPaths.data,
  ]) {
    await mkdir(join(tree, name), { recursive: true });
  }
  await chmod(join(tree, 'root'), 0o700);
  await chmod(join(tree, 'tmp'), 0o1777);
  // Containers that use the engine mount its socket from this path.
  await symlink('/run', join(tree, 'var/run'));

  const busybox = await readFile(join(tree, 'usr/bin/busybox'));
  await linkCommands(busyboxApplets(busybox), tree);
  // `--remove-destination`: our files may replace hard links to files of the base.
  await runProgram('cp', ['--archive', '--remove-destination', `${overlayFiles}/.`, tree]);

  const berth = join(tree, 'usr/lib/berth');
  await runProgram('cp', ['--archive', '--link', `${parts.node}/.`, berth]);
  await cp(parts.agent, join(berth, 'agent.mjs'));
  await cp(parts.shareClient, join(tree, guestPaths.shareClient));

  const starter = join(tree, guestPaths.starterLayout);
  const { mtime } = await stat(join(tree, 'usr/bin/busybox'));
  await writeLayout(arch, starterImages(arch, busybox), mtime, starter);
}

/** Programs that the kernel runs by path. */
const kernelCommands = ['init', 'modprobe', 'poweroff', 'reboot'];

/** Links every command of busybox, unless a Debian package has a command with that name. */
async function linkCommands(commands: readonly string[], tree: string): Promise<void> {
  for (const name of commands) {
    const existing = ['usr/bin', 'usr/sbin'].map((place) => join(tree, place, name));
    if (existing.some(existsNoFollow)) continue;
    const place = kernelCommands.includes(name) ? 'usr/sbin' : 'usr/bin';
    await symlink('/usr/bin/busybox', join(tree, place, name));
  }
}

function existsNoFollow(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
