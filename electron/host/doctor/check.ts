import type { MachineStatus } from '../../api/machine.ts';
import type { ProgramResult } from '../base/process.ts';
import type { CredentialStore } from '../credentials/store.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { MachinePaths } from '../home/paths.ts';
import type { MachineControl } from '../machine/control.ts';
import type { SettingsStore } from '../settings/store.ts';

/** What a check found: nothing wrong, something to know, something that breaks, or no way to tell. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'skipped';

export interface Finding {
  readonly status: CheckStatus;
  /** For people: what is so. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** The parts of the host that checks read. */
export interface ExaminedHost {
  readonly home: string;
  readonly name: string;
  readonly paths: MachinePaths;
  readonly machine: MachineControl;
  readonly engine: EngineClient;
  readonly settings: SettingsStore;
  readonly credentials: CredentialStore;
}

/** What checks look at. Nothing is started or changed for them. */
export interface CheckContext {
  readonly host: ExaminedHost;
  readonly status: MachineStatus;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Runs a shell command in the machine, if it runs. */
  inGuest(command: string): Promise<ProgramResult>;
}

/** One thing that can be wrong. Works with the machine stopped; never waits for the user. */
export interface Check {
  readonly name: string;
  /** There is nothing to look at unless the machine runs. */
  readonly needsMachine?: boolean;
  /** One that rejects has failed: its error says why, and what to do. */
  run(context: CheckContext): Promise<Finding>;
}

export const ok = (message: string): Finding => ({ status: 'ok', message });
export const warn = (message: string, hint: string): Finding => ({
  ...{ status: 'warn', message, hint },
});
export const fail = (message: string, hint: string): Finding => ({
  ...{ status: 'fail', message, hint },
});
export const skipped = (message: string): Finding => ({ status: 'skipped', message });
