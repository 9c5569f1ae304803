import type { MachineStatus } from '../../api/machine.ts';
import type { ProgramResult } from '../base/process.ts';
import type { CredentialStore } from '../credentials/store.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { MachinePaths } from '../home/paths.ts';
import type { Vfkit } from '../hypervisor/find-vfkit.ts';
import type { MachineControl } from '../machine/control.ts';
import type { SettingsStore } from '../settings/store.ts';

/** A check's result: no problem, a warning, a failure, or no way to check. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'skipped';

export interface Finding {
  readonly status: CheckStatus;
  /** The finding, for display. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** The parts of the host that checks use. */
export interface ExaminedHost {
  readonly home: string;
  readonly name: string;
  readonly paths: MachinePaths;
  readonly machine: MachineControl;
  readonly engine: EngineClient;
  readonly settings: SettingsStore;
  readonly credentials: CredentialStore;
}

/** The inputs of checks. Checks don't start or change anything. */
export interface CheckContext {
  readonly host: ExaminedHost;
  readonly status: MachineStatus;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** As `findVfkit`, which runs the program, but asks once for all checks. */
  vfkit(): Promise<Vfkit>;
  /** Runs a shell command in the VM, if it runs. */
  inGuest(command: string): Promise<ProgramResult>;
}

/** A possible problem to check for. Works while the VM is stopped; never waits for the user. */
export interface Check {
  readonly name: string;
  /** Only applies while the VM runs. */
  readonly needsMachine?: boolean;
  /** A rejection is a failure: its error says why, and what to do. */
  run(context: CheckContext): Promise<Finding>;
  /**
   * Repairs a warning or failure, and returns what was done and what to do next. Undefined if Berth
   * can't repair the cause. May ask the user for permission. Rejects with HostError.
   */
  repair?(context: CheckContext): Promise<string | undefined>;
}

export const ok = (message: string): Finding => ({ status: 'ok', message });
export const warn = (message: string, hint: string): Finding => ({
  ...{ status: 'warn', message, hint },
});
export const fail = (message: string, hint: string): Finding => ({
  ...{ status: 'fail', message, hint },
});
export const skipped = (message: string): Finding => ({ status: 'skipped', message });
