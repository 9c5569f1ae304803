import { join } from 'node:path';
import { socketDirectory } from '../../../guest-agent/testing/test-socket.ts';
import { createKnownFiles } from '../../host/compose/file/known-files.ts';
import { createCredentialStore } from '../../host/credentials/store.ts';
import { createEngineClient } from '../../host/engine/connection/http-client.ts';
import { appSettingsPath, machinePaths } from '../../host/home/paths.ts';
import { findGuestImage } from '../../host/home/resources.ts';
import type { Host } from '../../host/host.ts';
import type { MachineControl } from '../../host/machine/control.ts';
import { createMachines } from '../../host/machine/machines.ts';
import { runningStatus } from '../../host/machine/testing/running-status.ts';
import { createNotices } from '../../host/notices/notices.ts';
import { createAppSettingsStore } from '../../host/settings/app-store.ts';
import { createSettingsStore } from '../../host/settings/store.ts';
import { createVmImages } from '../../host/vm-image/vm-images.ts';

/** A host with a running VM, whose engine listens on the socket. */
export function standInHost(
  engineSocket: string,
  machine: Partial<MachineControl> = {},
  name = 'default',
  environment: NodeJS.ProcessEnv = {},
): Host {
  const home = socketDirectory(engineSocket);
  const engine = createEngineClient(engineSocket);
  const appSettings = createAppSettingsStore(appSettingsPath(home));
  const control: MachineControl = {
    engineSocket,
    status: async () => ({ ...runningStatus, name }),
    start: async () => ({ ...runningStatus, name }),
    suspend: async () => {},
    stop: async () => {},
    leave: async () => {},
    isSuspended: async () => (await control.status()).state === 'suspended',
    kill: async () => {},
    async *watch() {},
    consoleLines: async () => [],
    async *followConsole() {},
    publishedPorts: async () => [],
    inGuest: async () => ({ code: 0, stdout: '', stderr: '' }),
    sshCommand: async () => [],
    ...machine,
  };
  const machines = createMachines(home);
  return {
    ...{ home, name, paths: machinePaths(home, name), machines },
    openMachine() {
      throw new Error('the stand-in has one VM only');
    },
    vmImages: createVmImages({
      ...{ home, machines, environment },
      findCarried: (...search) =>
        environment.BERTH_IMAGE_DIR
          ? findGuestImage(...search)
          : { kernel: '', initrd: '', root: '' },
    }),
    ...{ integrations: {}, diagnostics: { save: async () => {} } },
    ...{ engine, appSettings, machine: control },
    credentials: createCredentialStore(join(home, 'docker', 'config.json')),
    settings: createSettingsStore(join(home, 'settings.json')),
    notices: createNotices(control, engine, appSettings),
    composeFiles: createKnownFiles(join(home, 'compose-files.json')),
  };
}
