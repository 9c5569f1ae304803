import type { z } from 'zod';
import { guestConfigSchema } from '../../../../guest-agent/contract/config.ts';
import { writeFileAtomic } from '../../base/atomic-file.ts';

/** Room for what kernels read at the start of a disk when they look for partitions. */
const blockSize = 64 * 1024;

type Document = z.input<typeof guestConfigSchema>;

/** The document as a raw disk: JSON, then NUL bytes up to a whole block. */
export function encodeConfigDisk(config: Document): Buffer {
  const text = Buffer.from(JSON.stringify(guestConfigSchema.parse(config)));
  const disk = Buffer.alloc(Math.ceil(text.length / blockSize) * blockSize);
  text.copy(disk);
  return disk;
}

/** Writes the disk, owner-only: it holds the guest's private host key. */
export async function writeConfigDisk(path: string, config: Document): Promise<void> {
  await writeFileAtomic(path, encodeConfigDisk(config));
}
