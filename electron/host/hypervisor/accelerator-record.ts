import { mkdir } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { dirname } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { readRecord } from '../base/read-record.ts';
import type { Qemu } from './discover.ts';

/**
 * The facts that determine whether an accelerator works. When one changes, Berth tries the
 * accelerator again.
 */
const identitySchema = z.object({
  /** The host's kernel, or version of macOS or Windows. */
  kernel: z.string(),
  cpu: z.string(),
  qemu: z.string(),
  qemuVersion: z.string(),
});

const recordSchema = z.object({
  identity: identitySchema,
  accelerator: z.string(),
  /** Whether the VM's code ran on it; otherwise `reason` says why not. */
  works: z.boolean(),
  reason: z.string().optional(),
  at: z.iso.datetime(),
});
type AcceleratorIdentity = z.infer<typeof identitySchema>;

/** The result of the last start that tried an accelerator. */
export interface AcceleratorVerdict {
  readonly works: boolean;
  readonly reason?: string | undefined;
}

/** Undefined if nothing is known about this accelerator on this host in its current state. */
export async function readVerdict(
  path: string,
  qemu: Qemu,
  accelerator: string,
): Promise<AcceleratorVerdict | undefined> {
  const record = await read(path);
  if (record?.accelerator !== accelerator) return undefined;
  const { kernel, cpu, qemu: program, qemuVersion } = record.identity;
  const now = identityOf(qemu);
  const isSame =
    kernel === now.kernel &&
    cpu === now.cpu &&
    program === now.qemu &&
    qemuVersion === now.qemuVersion;
  return isSame ? record : undefined;
}

/** Replaces the record. */
export async function writeVerdict(
  path: string,
  qemu: Qemu,
  accelerator: string,
  verdict: AcceleratorVerdict,
): Promise<void> {
  const record: z.infer<typeof recordSchema> = {
    ...{ identity: identityOf(qemu), accelerator },
    ...{ works: verdict.works, at: new Date().toISOString() },
    ...(verdict.reason !== undefined && { reason: verdict.reason }),
  };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileAtomic(path, `${JSON.stringify(record, null, 2)}\n`);
}

function identityOf({ program, version }: Qemu): AcceleratorIdentity {
  return {
    ...{ kernel: release(), cpu: cpus()[0]?.model ?? '' },
    ...{ qemu: program, qemuVersion: version },
  };
}

/** A missing or unreadable record counts as none: Berth tries the accelerator again. */
const read = (path: string) => readRecord(path, recordSchema);
