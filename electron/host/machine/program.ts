import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { SupervisorProgram } from '../../api/machine.ts';
import { berthVersion } from '../base/berth-version.ts';
import { commandLineOf } from '../base/process.ts';
import { unlessMissing } from '../base/system-error.ts';
import { compareVersions } from '../base/version-order.ts';
import type { MachinePaths } from '../home/paths.ts';

/** The program of a background process, by its entry file. */
export async function describeProgram(path: string): Promise<SupervisorProgram> {
  const file = await stat(path).catch(unlessMissing);
  return { version: berthVersion, path, stamp: file ? `${file.size}-${file.mtimeMs}` : '' };
}

/**
 * Whether an update replaced the program of the running background process. Two installations that are in use
 * at the same time don't replace each other's process, unless one is newer. Versions before `program` are
 * always outdated.
 */
export function isOutdated(
  running: SupervisorProgram | undefined,
  own: SupervisorProgram,
  exists = existsSync,
): boolean {
  if (!running) return true;
  // Without its file, a new process couldn't start.
  if (own.stamp === '') return false;
  // The version says nothing here: this program may be older than its file, which an update replaced.
  if (running.path === own.path) return running.stamp !== own.stamp;
  if (running.version === own.version && running.stamp === own.stamp) return false;
  return compareVersions(own.version, running.version) > 0 || !exists(running.path);
}

/**
 * The ID of a VM's background process, from its log, if the process still runs. Only for processes that
 * can't hand the VM over.
 */
export async function supervisorPid(
  paths: Pick<MachinePaths, 'supervisorLog'>,
  name: string,
): Promise<number | undefined> {
  const text = (await readFile(paths.supervisorLog, 'utf8').catch(unlessMissing)) ?? '';
  const last = [...text.matchAll(/ supervisor\[(\d+)\] /g)].at(-1)?.[1];
  if (last === undefined) return undefined;
  const words = (await commandLineOf(Number(last)))?.split(' ') ?? [];
  const isSupervisor = words.at(-1) === name && words.some((word) => /supervisor/.test(word));
  return isSupervisor ? Number(last) : undefined;
}
