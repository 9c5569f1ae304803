import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createKnownFiles, type KnownFiles } from './compose/file/known-files.ts';
import { type CredentialStore, createCredentialStore } from './credentials/store.ts';
import type { Diagnostics } from './diagnostics/diagnostics.ts';
import { dockerContextIntegration } from './docker-cli/context-integration.ts';
import { type AccelerationRepair, createAccelerationRepair } from './doctor/acceleration-repair.ts';
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
import { createVmImages, type VmImages } from './vm-image/vm-images.ts';

/** The host core for the CLI, the browser mode and Electron: one VM and its environment. */
export interface Host {
  /** The directory of all the user's Berth files. */
  readonly home: string;
  /** The name of this VM. */
  readonly name: string;
  readonly paths: MachinePaths;
  /** All VMs. */
  readonly machines: Machines;
  /** The host with another VM. Throws HostError 'invalid' if the VM doesn't exist. */
  readonly openMachine: (name: string) => Host;
  readonly machine: MachineControl;
  /** The images that VMs boot from. */
  readonly vmImages: VmImages;
  /** This VM's settings. The default VM's settings are common to all. */
  readonly settings: SettingsStore;
  readonly appSettings: AppSettingsStore;
  readonly engine: EngineClient;
  /** Registry credentials, shared with `docker login`. */
  readonly credentials: CredentialStore;
  readonly composeFiles: KnownFiles;
  readonly notices: Notices;
  readonly integrations: Integrations;
  readonly diagnostics: Diagnostics;
  /** A feature of the system that makes VMs fast; absent where the system needs none. */
  readonly acceleration?: AccelerationRepair;
}

export interface HostOptions {
  /** By default, `$BERTH_HOME` or `~/.berth`. */
  readonly home?: string;
  /** By default, `$BERTH_MACHINE` or the VM chosen with `use`. */
  readonly machine?: string;
  /** Called when a call waits because nothing answers. */
  readonly onWaiting?: (what: string) => void;
}

/**
 * Assembles the parts. Starts nothing and opens nothing that needs closing. Throws HostError
 * 'invalid' if the VM doesn't exist.
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
    onSilent: () => onWaiting?.(`Berth's background process`),
  });
  const { engineSocket } = machine;
  const appSettings = createAppSettingsStore(appSettingsPath(home));
  const host = {
    ...{ home, name, paths: machinePaths(home, name), machines, machine, settings, appSettings },
    openMachine: (other: string) => createHost({ ...options, home, machine: other }),
    engine: createEngineClient(engineSocket, {
      machine: name,
      onSilent: () => onWaiting?.('the engine in the VM'),
    }),
    credentials: createCredentialStore(),
    composeFiles: createKnownFiles(join(home, 'compose-files.json')),
    vmImages: createVmImages({ home, machines }),
  };
  return {
    ...host,
    notices: createNotices(machine, host.engine, appSettings),
    ...(process.platform === 'win32' && { acceleration: createAccelerationRepair(host) }),
    integrations: {
      dockerContext: dockerContextIntegration({ name, engineSocket }, host.credentials.path),
      command: commandIntegration,
    },
    diagnostics: {
      // Loaded on demand, so that commands without the doctor or archives start faster.
      async save(path) {
        const { writeDiagnostics } = await import('./diagnostics/bundle.ts');
        await writeDiagnostics(host, path);
      },
    },
  };
}

/**
 * Beside the command line's bundle, or in the app's resources, because only Electron can read the
 * app's packed files. In a checkout, the source.
 */
export function supervisorEntry(): string {
  const bundled = join(import.meta.dirname, 'supervisor.mjs');
  if (existsSync(bundled)) return bundled;
  const shipped = findResource(join('cli', 'supervisor.mjs'));
  return shipped ?? join(import.meta.dirname, 'supervisor', 'main.ts');
}
