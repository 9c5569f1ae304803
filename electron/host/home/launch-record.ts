import * as z from 'zod';
import { shareTransportSchema } from '../../../guest-agent/contract/shares.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { readRecord } from '../base/read-record.ts';
import type { MachinePaths } from './paths.ts';

/** What a machine is launched as: `launch.json`, for as long as its hypervisor runs. */
export const launchSchema = z.object({
  /** See `Machine.fingerprint`. */
  fingerprint: z.string(),
  /** The image that boots: `inputs` of its manifest. */
  image: z.string().optional(),
  /** Digests of the settings that the guest has by now (settings/applied.ts). */
  applied: z.record(z.string(), z.string()),
  /** What it was given at first: from then on, its virtual hardware has places for it. */
  booted: z.object({ cpus: z.number(), memoryMiB: z.number() }).optional(),
  /** How folders of this computer come into the machine. */
  sharing: shareTransportSchema.optional(),
});
export type Launch = z.infer<typeof launchSchema>;

/** To be written before the hypervisor is started. */
export async function writeLaunch(
  paths: Pick<MachinePaths, 'launch'>,
  launch: Launch,
): Promise<void> {
  await writeFileAtomic(paths.launch, JSON.stringify(launch));
}

/** Undefined for a machine that an older Berth launched. */
export async function readLaunch(paths: Pick<MachinePaths, 'launch'>): Promise<Launch | undefined> {
  return readRecord(paths.launch, launchSchema);
}

/** The running machine was given other resources. */
export async function noteApplied(
  paths: Pick<MachinePaths, 'launch'>,
  applied: Launch['applied'],
): Promise<void> {
  const launch = await readLaunch(paths);
  if (launch) await writeLaunch(paths, { ...launch, applied });
}
