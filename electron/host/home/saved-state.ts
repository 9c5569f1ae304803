import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import * as z from 'zod';
import { removeDurably, writeFileAtomic } from '../base/atomic-file.ts';
import { readRecord } from '../base/read-record.ts';
import { type Launch, launchSchema } from './launch-record.ts';
import type { MachinePaths } from './paths.ts';

/*
 * A suspended machine is two files: what its memory and devices held, and this record, which is
 * written once that and the disks are on the disk and the hypervisor has gone. Without the record
 * there is no suspended machine. It is removed, durably, before the guest runs on: a memory that was
 * loaded twice would write over what the disk has become since. So whenever there is a record, the
 * data disk is as that memory knows it, whatever was killed at whichever moment.
 */

const savedStateSchema = z.object({
  /** What the guest was launched as. */
  launch: launchSchema,
  /** The data disk's file as the guest left it. */
  dataDisk: z.object({ size: z.number(), modified: z.string() }),
  savedAt: z.iso.datetime(),
});
export type SavedState = z.infer<typeof savedStateSchema>;

type Files = Pick<MachinePaths, 'savedMemory' | 'savedState' | 'dataDisk'>;

/** Whether the machine is suspended. */
export const isSuspended = (paths: Pick<Files, 'savedState'>): boolean =>
  existsSync(paths.savedState);

/** What the suspended machine was launched as; undefined where none is, or it cannot be read. */
export async function savedLaunch(paths: Pick<Files, 'savedState'>): Promise<Launch | undefined> {
  return (await readRecord(paths.savedState, savedStateSchema))?.launch;
}

/** Makes of the memory that was saved a suspended machine. The hypervisor must have gone. */
export async function keepSavedState(paths: Files, launch: Launch): Promise<void> {
  const state: SavedState = {
    launch,
    dataDisk: await identify(paths.dataDisk),
    savedAt: new Date().toISOString(),
  };
  await writeFileAtomic(paths.savedState, JSON.stringify(state));
}

/**
 * The state that a launch can go on from; neither of the two where nothing is saved. What does not
 * fit is discarded, and `misfit` says why, for people.
 */
export async function fittingState(
  paths: Files,
  launch: Launch,
): Promise<{ readonly state?: SavedState; readonly misfit?: string }> {
  if (!isSuspended(paths)) return {};
  const state = await readRecord(paths.savedState, savedStateSchema);
  const misfit = state ? await misfitOf(paths, state, launch) : 'what was saved cannot be read';
  if (state && !misfit) return { state };
  await discardSavedState(paths);
  return { ...(misfit && { misfit }) };
}

/** From here on the machine is not suspended. Idempotent. */
export async function discardSavedState(paths: Files): Promise<void> {
  await removeDurably(paths.savedState);
  await rm(paths.savedMemory, { force: true });
}

/** Removes memory that is part of no suspended machine: its saving, or its loading, was cut off. */
export async function removeUnkeptMemory(paths: Files): Promise<void> {
  if (!isSuspended(paths)) await rm(paths.savedMemory, { force: true });
}

async function misfitOf(
  paths: Files,
  { launch: saved, dataDisk }: SavedState,
  launch: Launch,
): Promise<string | undefined> {
  if (!launch.image || saved.image !== launch.image) return 'its image has been replaced since';
  if (saved.fingerprint !== launch.fingerprint) {
    return 'its settings, its shared folders or the hypervisor have changed since';
  }
  if (!existsSync(paths.savedMemory)) return 'its memory is missing';
  const { size, modified } = await identify(paths.dataDisk);
  if (size !== dataDisk.size || modified !== dataDisk.modified) {
    return 'its data disk has been changed since';
  }
  return undefined;
}

/** Tells whether a file has been written to, as far as its time of modification can. */
async function identify(path: string): Promise<SavedState['dataDisk']> {
  const { size, mtimeNs } = await stat(path, { bigint: true });
  return { size: Number(size), modified: String(mtimeNs) };
}
