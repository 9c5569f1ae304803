import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { HostError } from '../base/errors.ts';
import { defaultMachine, machinePaths } from './paths.ts';

/** Rejects a name that no machine has. */
export function requireMachine(home: string, name: string): void {
  if (machineExists(home, name)) return;
  throw new HostError('invalid', `There is no machine "${name}"`, {
    hint: `\`berth machine ls\` lists them, \`berth machine create ${name}\` makes it.`,
  });
}

/** Makes the default machine's directory; one that another had was taken away, and stays so. */
export async function ensureMachineDirectory(home: string, name: string): Promise<void> {
  if (name !== defaultMachine) return requireMachine(home, name);
  await mkdir(machinePaths(home, name).directory, { recursive: true, mode: 0o700 });
}

/** The default machine is there without being made. */
export function machineExists(home: string, name: string): boolean {
  return existsSync(machinePaths(home, name).directory) || name === defaultMachine;
}
