import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import * as z from 'zod';
import { removeDurably, writeFileAtomic } from '../base/atomic-file.ts';
import { readRecord } from '../base/read-record.ts';
import { type Launch, launchSchema } from './launch-record.ts';
import type { MachinePaths } from './paths.ts';

/**
 * A suspended VM consists of two files: its memory and device state, and this record. The record is
 * written after the memory and disks are synced and the hypervisor has exited. Without the record,
 * the VM isn't suspended. The record is durably removed before the VM resumes, because loading the
 * same memory twice would corrupt the disk. So if there is a record, the data disk matches the
 * saved memory, whenever a process was killed.
 */

const savedStateSchema = z.object({
  /** How the VM was launched. */
  launch: launchSchema,
  /** The state of the data disk's file when the VM was saved. */
  dataDisk: z.object({ size: z.number(), modified: z.string() }),
  savedAt: z.iso.datetime(),
});
export type SavedState = z.infer<typeof savedStateSchema>;

type Files = Pick<MachinePaths, 'savedMemory' | 'savedState' | 'dataDisk'>;

/** Whether the VM is suspended. */
export const isSuspended = (paths: Pick<Files, 'savedState'>): boolean =>
  existsSync(paths.savedState);

/** How the suspended VM was launched; undefined if there is none or its record can't be read. */
export async function savedLaunch(paths: Pick<Files, 'savedState'>): Promise<Launch | undefined> {
  return (await readRecord(paths.savedState, savedStateSchema))?.launch;
}

/** Turns saved memory into a suspended VM. The hypervisor must have exited. */
export async function keepSavedState(paths: Files, launch: Launch): Promise<void> {
  const state: SavedState = {
    launch,
    dataDisk: await identify(paths.dataDisk),
    savedAt: new Date().toISOString(),
  };
  await writeFileAtomic(paths.savedState, JSON.stringify(state));
}

/**
 * The state that a launch can resume from, if any. Discards a state that doesn't match; then
 * `misfit` says why, for the user.
 */
export async function fittingState(
  paths: Files,
  launch: Launch,
): Promise<{ readonly state?: SavedState; readonly misfit?: string }> {
  if (!isSuspended(paths)) return {};
  const state = await readRecord(paths.savedState, savedStateSchema);
  const misfit = state ? await misfitOf(paths, state, launch) : `the saved state can't be read`;
  if (state && !misfit) return { state };
  await discardSavedState(paths);
  return { ...(misfit && { misfit }) };
}

/** The VM is no longer suspended after this. Idempotent. */
export async function discardSavedState(paths: Files): Promise<void> {
  await removeDurably(paths.savedState);
  await rm(paths.savedMemory, { force: true });
}

/** Removes memory files of interrupted saves and loads. */
export async function removeUnkeptMemory(paths: Files): Promise<void> {
  if (!isSuspended(paths)) await rm(paths.savedMemory, { force: true });
}

async function misfitOf(
  paths: Files,
  { launch: saved, dataDisk }: SavedState,
  launch: Launch,
): Promise<string | undefined> {
  if (!launch.image || saved.image !== launch.image) return 'its image was replaced';
  if (saved.fingerprint !== launch.fingerprint) {
    return 'its settings, shared folders or hypervisor have changed';
  }
  if (!existsSync(paths.savedMemory)) return 'its saved memory is missing';
  const { size, modified } = await identify(paths.dataDisk);
  if (size !== dataDisk.size || modified !== dataDisk.modified) {
    return 'its data disk has changed';
  }
  return undefined;
}

/** Whether the file was written to, judging by its modification time. */
async function identify(path: string): Promise<SavedState['dataDisk']> {
  const { size, mtimeNs } = await stat(path, { bigint: true });
  return { size: Number(size), modified: String(mtimeNs) };
}
