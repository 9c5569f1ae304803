import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildHistory, createBuildHistory } from './build/history.ts';
import { createKnownFiles, type KnownFiles } from './compose/known-files.ts';
import { type CredentialStore, createCredentialStore } from './credentials/store.ts';
import type { EngineClient } from './engine/client.ts';
import { createEngineClient } from './engine/http-client.ts';
import type { MachineControl } from './machine/control.ts';
import { createMachineControl } from './machine/control-client.ts';
import { berthHome, settingsPath } from './machine/paths.ts';
import { createSettingsStore, type SettingsStore } from './settings/store.ts';

/** The host core as the CLI, the browser mode and Electron use it. */
export interface Host {
  readonly machine: MachineControl;
  readonly settings: SettingsStore;
  readonly engine: EngineClient;
  /** Of registries; those that `docker login` keeps too. */
  readonly credentials: CredentialStore;
  readonly composeFiles: KnownFiles;
  readonly builds: BuildHistory;
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
  return {
    ...{ machine, settings, engine, credentials: createCredentialStore() },
    composeFiles: createKnownFiles(join(home, 'compose-files.json')),
    builds: createBuildHistory(join(home, 'builds')),
  };
}

/** Beside the bundle in a packaged app; in a checkout, the source. */
function supervisorEntry(): string {
  const bundled = join(import.meta.dirname, 'supervisor.mjs');
  return existsSync(bundled) ? bundled : join(import.meta.dirname, 'supervisor', 'main.ts');
}
