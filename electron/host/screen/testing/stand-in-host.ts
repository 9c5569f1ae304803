import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import { createKnownFiles } from '../../compose/file/known-files.ts';
import { createCredentialStore } from '../../credentials/store.ts';
import { createEngineClient } from '../../engine/connection/http-client.ts';
import { appSettingsPath, machinePaths } from '../../home/paths.ts';
import { createNotices } from '../../notices/notices.ts';
import { createAppSettingsStore } from '../../settings/app-store.ts';
import { createSettingsStore } from '../../settings/store.ts';
import { createVmImages } from '../../vm-image/vm-images.ts';
import type { ScreenHost } from '../screen-host.ts';
import type { StandInMachine } from './stand-in-machine.ts';

/** A host whose user has taken the first steps, and whose files lie beside the engine's socket, and go with it. */
export function standInHost(
  engine: { readonly socket: string },
  machine: StandInMachine,
  environment: NodeJS.ProcessEnv = {},
): ScreenHost {
  const home = socketDirectory(engine.socket);
  const appSettings = createAppSettingsStore(appSettingsPath(home));
  const client = createEngineClient(engine.socket);
  writeFileSync(appSettingsPath(home), '{"onboarded":true}');
  return {
    name: 'default',
    ...{ home, paths: machinePaths(home, 'default'), machine, appSettings },
    vmImages: createVmImages({
      ...{ home, machines: { list: async () => [] }, environment },
      findCarried: () => ({ kernel: '', initrd: '', root: '' }),
    }),
    engine: client,
    settings: createSettingsStore(join(home, 'settings.json')),
    credentials: createCredentialStore(join(home, 'config.json')),
    notices: createNotices(machine, client, appSettings),
    composeFiles: createKnownFiles(join(home, 'compose-files.json')),
  };
}
