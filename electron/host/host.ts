import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildHistory, createBuildHistory } from './build/history.ts';
import { createKnownFiles, type KnownFiles } from './compose/file/known-files.ts';
import { type CredentialStore, createCredentialStore } from './credentials/store.ts';
import type { Diagnostics } from './diagnostics/diagnostics.ts';
import { dockerContextIntegration } from './docker-cli/context-integration.ts';
import type { EngineClient } from './engine/connection/client.ts';
import { createEngineClient } from './engine/connection/http-client.ts';
import { requireMachine } from './home/machine-directory.ts';
import { appSettingsPath, berthHome, type MachinePaths, machinePaths } from './home/paths.ts';
import { findResource } from './home/resources.ts';
import { commandIntegration } from './install/command-integration.ts';
import type { Integrations } from './install/integration.ts';
import type { MachineControl } from './machine/control.ts';
import { createMachineControl } from './machine/control-client.ts';
import { createMachines, type Machines } from './machine/machines.ts';
import { createNotices, type Notices } from './notices/notices.ts';
import { type AppSettingsStore, createAppSettingsStore } from './settings/app-store.ts';
import { machineSettings } from './settings/machine-settings.ts';
import type { SettingsStore } from './settings/store.ts';

/** The host core as the CLI, the browser mode and Electron use it: one machine, and what is around. */
export interface Host {
  /** Where Berth keeps everything of this user's. */
  readonly home: string;
  /** The name of the machine that the rest is about. */
  readonly name: string;
  readonly paths: MachinePaths;
  /** This one and the others. */
  readonly machines: Machines;
  readonly machine: MachineControl;
  /** Of this machine; those of the default one are what all have in common. */
  readonly settings: SettingsStore;
  readonly appSettings: AppSettingsStore;
  readonly engine: EngineClient;
  /** Of registries; those that `docker login` keeps too. */
  readonly credentials: CredentialStore;
  readonly composeFiles: KnownFiles;
  readonly builds: BuildHistory;
  readonly notices: Notices;
  readonly integrations: Integrations;
  readonly diagnostics: Diagnostics;
}

export interface HostOptions {
  /** `$BERTH_HOME` or `~/.berth` unless given. */
  readonly home?: string;
  /** `$BERTH_MACHINE`, or the one that was chosen with `use`, unless given. */
  readonly machine?: string;
  /** Called when a call has to wait for something that answers nothing at all. */
  readonly onWaiting?: (what: string) => void;
}

/**
 * Joins the parts. Starts nothing, and keeps nothing open that would have to be closed. Throws
 * HostError 'invalid' when there is no such machine.
 */
export function createHost(options: HostOptions = {}): Host {
  const { onWaiting } = options;
  const home = options.home ?? berthHome();
  const machines = createMachines(home);
  const name = options.machine || process.env.BERTH_MACHINE || machines.current();
  requireMachine(home, name);
  const settings = machineSettings(home, name);
  const machine = createMachineControl({
    ...{ home, name, settings, supervisorEntry: supervisorEntry() },
    driver: 'qemu',
    onSilent: () => onWaiting?.('the process that manages the VM'),
  });
  const { engineSocket } = machine;
  const appSettings = createAppSettingsStore(appSettingsPath(home));
  const host = {
    ...{ home, name, paths: machinePaths(home, name), machines, machine, settings, appSettings },
    engine: createEngineClient(engineSocket, {
      machine: name,
      onSilent: () => onWaiting?.('the engine in the VM'),
    }),
    credentials: createCredentialStore(),
    composeFiles: createKnownFiles(join(home, 'compose-files.json')),
    builds: createBuildHistory(join(home, 'builds')),
  };
  return {
    ...host,
    notices: createNotices(machine, host.engine, appSettings),
    integrations: {
      dockerContext: dockerContextIntegration({ name, engineSocket }, host.credentials.path),
      ...(process.platform !== 'win32' && { command: commandIntegration }),
    },
    diagnostics: {
      // Loaded when asked for: commands start sooner without the doctor and the archive's format.
      async save(path) {
        const { writeDiagnostics } = await import('./diagnostics/bundle.ts');
        await writeDiagnostics(host, path);
      },
    },
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
