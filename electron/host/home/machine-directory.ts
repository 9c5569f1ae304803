import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { HostError } from '../base/errors.ts';
import { unlessMissing } from '../base/system-error.ts';
import { defaultMachine, type MachinePaths, machinePaths } from './paths.ts';

/** Rejects a name without a VM. */
export function requireMachine(home: string, name: string): void {
  if (machineExists(home, name)) return;
  throw new HostError('invalid', `There is no VM named "${name}"`, {
    hint: `To list all VMs, run \`berth machine ls\`. To create this one, run \`berth machine create ${name}\`.`,
  });
}

/** Creates the default VM's directory. A removed directory of another VM must stay removed. */
export async function ensureMachineDirectory(home: string, name: string): Promise<void> {
  if (name !== defaultMachine) return requireMachine(home, name);
  await mkdir(machinePaths(home, name).directory, { recursive: true, mode: 0o700 });
}

/** The default VM always exists. */
export function machineExists(home: string, name: string): boolean {
  return existsSync(machinePaths(home, name).directory) || name === defaultMachine;
}

/**
 * Whether a directory has files of a VM, or no files at all. Before Berth deletes all VMs, a directory's
 * name isn't enough.
 */
export async function isRemovable(paths: MachinePaths): Promise<boolean> {
  const { directory, settings, lock, status, dataDisk } = paths;
  if ([settings, lock, status, dataDisk].some((path) => existsSync(path))) return true;
  return ((await readdir(directory).catch(unlessMissing)) ?? []).length === 0;
}
