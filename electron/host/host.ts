import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CredentialStore, createCredentialStore } from './credentials/store.ts';
import type { EngineClient } from './engine/client.ts';
import { createEngineClient } from './engine/http-client.ts';
import type { MachineControl } from './machine/control.ts';
import { createMachineControl } from './machine/control-client.ts';
import { appSettingsPath, berthHome, settingsPath } from './machine/paths.ts';
import { findResource } from './machine/resources.ts';
import { createNotices, type Notices } from './notices/notices.ts';
import { type AppSettingsStore, createAppSettingsStore } from './settings/app-store.ts';
import { createSettingsStore, type SettingsStore } from './settings/store.ts';

/** The host core as the CLI, the browser mode and Electron use it. */
export interface Host {
  /** Where Berth keeps everything of this user's. */
  readonly home: string;
  readonly machine: MachineControl;
  readonly settings: SettingsStore;
  readonly appSettings: AppSettingsStore;
  readonly engine: EngineClient;
  /** Of registries; those that `docker login` keeps too. */
  readonly credentials: CredentialStore;
  readonly notices: Notices;
}

export interface HostOptions {
  /** `$BERTH_HOME` or `~/.berth` unless given. */
  readonly home?: string;
}

/** Joins the parts. Starts nothing, and keeps nothing open that would have to be closed. */
export function createHost(options: HostOptions = {}): Host {
  const home = options.home ?? berthHome();
  const settings = createSettingsStore(settingsPath(home));
  const machine = createMachineControl({
    ...{ home, settings, supervisorEntry: supervisorEntry() },
    name: 'default',
    driver: 'qemu',
  });
  const engine = createEngineClient(machine.engineSocket);
  const appSettings = createAppSettingsStore(appSettingsPath(home));
  return {
    ...{ home, machine, settings, appSettings, engine },
    credentials: createCredentialStore(),
    notices: createNotices(machine, engine, appSettings),
  };
}

/**
 * Beside the command line's bundle, or among the app's resources: the app's own files are packed,
 * and only Electron reads those. In a checkout, the source.
 */
function supervisorEntry(): string {
  const bundled = join(import.meta.dirname, 'supervisor.mjs');
  if (existsSync(bundled)) return bundled;
  const shipped = findResource(join('cli', 'supervisor.mjs'));
  return shipped ?? join(import.meta.dirname, 'supervisor', 'main.ts');
}
