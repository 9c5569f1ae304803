import * as z from 'zod';
import { shareTransportSchema } from '../../../guest-agent/contract/shares.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { readRecord } from '../base/read-record.ts';
import type { MachinePaths } from './paths.ts';

/** How a VM was launched: `launch.json`, which exists while its hypervisor runs. */
export const launchSchema = z.object({
  /** The driver's name. Absent if an older version of Berth launched the VM with QEMU. */
  driver: z.string().optional(),
  /** See `Machine.fingerprint`. */
  fingerprint: z.string(),
  /** The booted image: `inputs` of its manifest. */
  image: z.string().optional(),
  /** Digests of the settings that the VM currently uses (settings/applied.ts). */
  applied: z.record(z.string(), z.string()),
  /** The initial resources, for which the virtual hardware was built. */
  booted: z.object({ cpus: z.number(), memoryMiB: z.number() }).optional(),
  /** How shared folders are mounted in the VM. */
  sharing: shareTransportSchema.optional(),
});
export type Launch = z.infer<typeof launchSchema>;

/** Write this before starting the hypervisor. */
export async function writeLaunch(
  paths: Pick<MachinePaths, 'launch'>,
  launch: Launch,
): Promise<void> {
  await writeFileAtomic(paths.launch, JSON.stringify(launch));
}

/** Undefined for a VM that an older version of Berth launched. */
export async function readLaunch(paths: Pick<MachinePaths, 'launch'>): Promise<Launch | undefined> {
  return readRecord(paths.launch, launchSchema);
}

/** Records that the running VM's resources have changed. */
export async function noteApplied(
  paths: Pick<MachinePaths, 'launch'>,
  applied: Launch['applied'],
): Promise<void> {
  const launch = await readLaunch(paths);
  if (launch) await writeLaunch(paths, { ...launch, applied });
}
