import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileLog } from '../../../electron/host/base/log-file.ts';
import { createCredentialStore } from '../../../electron/host/credentials/store.ts';
import {
  appLogPath,
  appSettingsPath,
  type MachinePaths,
  machinePaths,
} from '../../../electron/host/home/paths.ts';
import { addContext } from '../../../electron/host/kube/contexts/change-kubeconfig.ts';
import { createMachineControl } from '../../../electron/host/machine/control-client.ts';
import { standInHost } from '../../../electron/host/screen/testing/stand-in-host.ts';
import { StandInMachine } from '../../../electron/host/screen/testing/stand-in-machine.ts';
import { createAppSettingsStore } from '../../../electron/host/settings/app-store.ts';
import { createSettingsStore } from '../../../electron/host/settings/store.ts';
import { recordedSupervisors } from '../../../electron/host/supervisor/testing/recorded-supervisors.ts';
import { type ServedApp, serveApp } from '../../../electron/web/server.ts';

/** A user with a running VM, and the app in the browser. */
export interface Victim extends AsyncDisposable {
  /** The user's home directory, which others may enter. */
  readonly userHome: string;
  /** BERTH_HOME */
  readonly home: string;
  readonly paths: MachinePaths;
  readonly supervisor: number;
  readonly app: ServedApp;
}

/** In the user's registry login. */
export const PASSWORD = 'the-password-of-the-user';

const SUPERVISOR = join(
  import.meta.dirname,
  '../../../electron/host/supervisor/testing/fake-supervisor.ts',
);

/**
 * Uses Berth as a user whose new files are open to all unless programs say otherwise (umask 0), with a VM that
 * is an ordinary process. `isOpen`: BERTH_HOME existed before, and others may enter and read it.
 */
export async function startVictim({ isOpen }: { isOpen: boolean }): Promise<Victim> {
  const umask = process.umask(0);
  const userHome = await mkdtemp(join(tmpdir(), 'berth-user-'));
  await chmod(userHome, 0o755);
  const home = join(userHome, '.berth');
  if (isOpen) await mkdir(home, { mode: 0o755 });
  const settings = createSettingsStore(join(home, 'settings.json'));
  await settings.update({ cpus: 1, memoryMiB: 512, sharedFolders: [] });
  await createAppSettingsStore(appSettingsPath(home)).update({});
  fileLog(appLogPath(home))('the app started');
  await createCredentialStore(join(userHome, '.docker/config.json'), 'linux').put(
    'registry.example',
    {
      username: 'me',
      password: PASSWORD,
    },
  );
  await addContext(join(userHome, '.kube/config'), {
    name: 'x',
    cluster: {},
    user: { token: PASSWORD },
  });
  const machine = createMachineControl({
    ...{ home, name: 'default', settings, supervisorEntry: SUPERVISOR, driver: 'fake' },
  });
  await machine.start();
  const engine = join(userHome, 'stand-in/engine.sock');
  await mkdir(join(userHome, 'stand-in'));
  const app = await serveApp(standInHost({ socket: engine }, new StandInMachine(engine)));
  const [supervisor = 0] = recordedSupervisors(home);
  return {
    ...{ userHome, home, paths: machinePaths(home, 'default'), supervisor, app },
    async [Symbol.asyncDispose]() {
      await app.close();
      await machine.kill();
      process.umask(umask);
      await rm(userHome, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
