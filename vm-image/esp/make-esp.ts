import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kernelOptions } from '../../guest-agent/contract/kernel-options.ts';
import type { Arch } from '../arch.ts';
import { runProgram } from '../run-program.ts';
import { unifiedKernel } from './unified-kernel.ts';

const mebibyte = 1024 ** 2;
/** Where the partition begins, and what GPT needs behind it for its second table. */
const margin = mebibyte;
/** FAT32 has at least 65525 clusters. */
const smallest = 40 * mebibyte;

/** Fixed, so that each build gives the same bytes. */
const identity = {
  disk: '62657274-6800-4000-8000-000000000001',
  partition: '62657274-6800-4000-8000-000000000002',
  fileSystem: '62657274',
};

/**
 * Makes a GPT disk with an EFI system partition. Its only file is the program that UEFI starts: the
 * kernel and the initrd in the directory `work`, with the command line. Needs no root.
 */
export async function makeEsp(
  arch: Arch,
  { work, stub, output }: { readonly work: string; readonly stub: string; readonly output: string },
): Promise<void> {
  const program = unifiedKernel(await readFile(stub), {
    commandLine: kernelOptions(arch.debian),
    initrd: await readFile(join(work, 'initrd')),
    kernel: await readFile(join(work, 'kernel')),
  });
  const file = join(work, 'boot.efi');
  await writeFile(file, program);
  const content = Math.ceil(program.length / mebibyte + 4) * mebibyte;
  const size = Math.max(smallest, content);

  const disk = await open(output, 'w');
  await disk.truncate(size + 2 * margin);
  await disk.close();
  await runProgram('sh', ['-euc', script, 'sh', output, file], {
    env: {
      ...process.env,
      PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
      TZ: 'UTC',
      SOURCE_DATE_EPOCH: '315532800', // 1980, the first year of FAT
      size: `${size / mebibyte}`,
      kilobytes: `${size / 1024}`,
      boot: `BOOT${arch.efi.toUpperCase()}.EFI`,
      ...identity,
    },
  });
  await rm(file);
}

/** Writes the partition table, then the file system into the partition. */
const script = `
  touch -d @$SOURCE_DATE_EPOCH "$2"
  sfdisk --quiet "$1" <<END
label: gpt
label-id: $disk
start=1MiB, size=\${size}MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=$partition, name=esp
END
  mkfs.vfat --invariant -F 32 -n BERTH -i "$fileSystem" -h 2048 --offset=2048 "$1" "$kilobytes" >/dev/null
  mmd -i "$1@@1M" ::EFI ::EFI/BOOT
  mcopy -m -i "$1@@1M" "$2" "::EFI/BOOT/$boot"
`;
