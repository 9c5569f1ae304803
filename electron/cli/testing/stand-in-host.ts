import { dirname, join } from 'node:path';
import { createBuildHistory } from '../../host/build/history.ts';
import { createKnownFiles } from '../../host/compose/known-files.ts';
import { createCredentialStore } from '../../host/credentials/store.ts';
import { createEngineClient } from '../../host/engine/http-client.ts';
import type { Host } from '../../host/host.ts';
import type { MachineControl } from '../../host/machine/control.ts';
import { runningStatus } from '../../host/machine/testing/running-status.ts';
import { createSettingsStore } from '../../host/settings/store.ts';

/** A host whose machine runs already, and whose engine is the one at the socket. */
export function standInHost(engineSocket: string, machine: Partial<MachineControl> = {}): Host {
  return {
    engine: createEngineClient(engineSocket),
    credentials: createCredentialStore(join(dirname(engineSocket), 'docker', 'config.json')),
    settings: createSettingsStore(join(dirname(engineSocket), 'settings.json')),
    composeFiles: createKnownFiles(join(dirname(engineSocket), 'compose-files.json')),
    builds: createBuildHistory(join(dirname(engineSocket), 'builds')),
    machine: {
      engineSocket,
      status: async () => runningStatus,
      start: async () => runningStatus,
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
