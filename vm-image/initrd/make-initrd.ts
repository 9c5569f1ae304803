import { chmod, cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { copyModules, indexModules, kernelVersion } from '../kernel/select-modules.ts';
import { readList } from '../list-file.ts';
import { runProgram } from '../run-program.ts';

const here = import.meta.dirname;

/** Commands of busybox that `init` and `disks` use. */
const commands = [
  'sh',
  'cat',
  'ln',
  'mkdir',
  'modprobe',
  'mount',
  'poweroff',
  'readlink',
  'sleep',
  'switch_root',
  'usleep',
];

/** Packs the current directory into the file $1. The same tree always gives the same bytes. */
const packScript = `
  set -e
  find . -exec touch -h -d @0 {} +
  find . -print0 | LC_ALL=C sort -z |
    cpio --null --create --format=newc --reproducible --owner=0:0 --quiet >"$1.cpio"
  zstd -q -19 -f "$1.cpio" -o "$1"
  rm "$1.cpio"
`;

/** Packs busybox, `init` and a few modules of the root tree into a zstd-compressed cpio. */
export async function makeInitrd(root: string, work: string, output: string): Promise<void> {
  const tree = join(work, 'initrd-tree');
  for (const name of ['bin', 'dev', 'lower', 'proc', 'root', 'sys', 'upper']) {
    await mkdir(join(tree, name), { recursive: true });
  }
  await cp(join(root, 'usr/bin/busybox'), join(tree, 'bin/busybox'));
  // The kernel calls /sbin/modprobe.
  await symlink('bin', join(tree, 'sbin'));
  for (const name of commands) await symlink('busybox', join(tree, 'bin', name));
  await cp(join(here, 'init'), join(tree, 'init'));
  await chmod(join(tree, 'init'), 0o755);
  await cp(join(here, 'disks'), join(tree, 'disks'));

  const version = await kernelVersion(join(root, 'usr/lib/modules'));
  const modules = join(tree, 'lib/modules', version);
  await copyModules(
    join(root, 'usr/lib/modules', version),
    modules,
    await readList(join(here, 'modules.txt')),
  );
  await indexModules(tree, version);

  await runProgram('sh', ['-c', packScript, 'sh', output], { cwd: tree });
  await rm(tree, { recursive: true });
}
