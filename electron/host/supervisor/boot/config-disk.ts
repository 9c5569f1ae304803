import type { z } from 'zod';
import { guestConfigSchema } from '../../../../guest-agent/contract/config.ts';
import { writeFileAtomic } from '../../base/atomic-file.ts';

/** Space for the sectors that kernels read when they look for partitions. */
const blockSize = 64 * 1024;

type Document = z.input<typeof guestConfigSchema>;

/** The document as a raw disk: JSON, padded with NUL bytes to a full block. */
export function encodeConfigDisk(config: Document): Buffer {
  const text = Buffer.from(JSON.stringify(guestConfigSchema.parse(config)));
  const disk = Buffer.alloc(Math.ceil(text.length / blockSize) * blockSize);
  text.copy(disk);
  return disk;
}

/** Writes the disk, owner-only, because it contains the VM's private host key. */
export async function writeConfigDisk(path: string, config: Document): Promise<void> {
  await writeFileAtomic(path, encodeConfigDisk(config));
}
