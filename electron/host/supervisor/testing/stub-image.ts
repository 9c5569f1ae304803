import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestImage } from '../../home/resources.ts';

/**
 * A kernel that QEMU accepts and that does nothing, with the files beside it: enough to see how a
 * hypervisor process is looked after. Only what QEMU reads is filled in
 * (https://docs.kernel.org/arch/x86/boot.html#the-real-mode-kernel-header).
 */
export async function writeStubImage(
  directory: string,
  inputs = 'stub',
  version?: string,
): Promise<GuestImage> {
  const kernel = Buffer.alloc(64 * 1024);
  kernel.writeUInt8(4, 0x1f1); // setup_sects
  kernel.writeUInt16LE(0xaa55, 0x1fe); // boot_flag
  kernel.write('HdrS', 0x202);
  kernel.writeUInt16LE(0x020c, 0x206); // boot protocol version
  kernel.writeUInt8(1, 0x211); // loadflags: LOADED_HIGH
  kernel.writeUInt32LE(0x7fff_ffff, 0x22c); // initrd_addr_max
  kernel.writeUInt16LE(0xfeeb, 0x400); // jump to itself
  await mkdir(directory, { recursive: true });
  const image = {
    kernel: join(directory, 'kernel'),
    initrd: join(directory, 'initrd'),
    root: join(directory, 'root.erofs'),
  };
  await writeFile(image.kernel, kernel);
  await writeFile(image.initrd, Buffer.alloc(4096));
  await writeFile(image.root, Buffer.alloc(4096));
  const artefact = { size: 0, sha256: '' };
  const artefacts = { kernel: artefact, initrd: artefact, 'root.erofs': artefact };
  const manifest = { inputs, artefacts, version };
  await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest));
  return image;
}
