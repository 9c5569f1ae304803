import { dirname, join } from 'node:path';
import { createCredentialStore } from '../../host/credentials/store.ts';
import { createEngineClient } from '../../host/engine/http-client.ts';
import type { Host } from '../../host/host.ts';
import type { MachineControl } from '../../host/machine/control.ts';
import { createMachines } from '../../host/machine/machines.ts';
import { machinePaths } from '../../host/machine/paths.ts';
import { runningStatus } from '../../host/machine/testing/running-status.ts';
import { createSettingsStore } from '../../host/settings/store.ts';

/** A host whose machine runs already, and whose engine is the one at the socket. */
export function standInHost(
  engineSocket: string,
  machine: Partial<MachineControl> = {},
  name = 'default',
): Host {
  const home = dirname(engineSocket);
  return {
    ...{ name, paths: machinePaths(home, name), machines: createMachines(home) },
    ...{ integrations: {}, diagnostics: { save: async () => {} } },
    engine: createEngineClient(engineSocket),
    credentials: createCredentialStore(join(home, 'docker', 'config.json')),
    settings: createSettingsStore(join(home, 'settings.json')),
    machine: {
      engineSocket,
      status: async () => ({ ...runningStatus, name }),
      start: async () => ({ ...runningStatus, name }),
      stop: async () => {},
      kill: async () => {},
      async *watch() {},
      consoleLines: async () => [],
      publishedPorts: async () => [],
      sshCommand: async () => [],
      ...machine,
    },
  };
}
