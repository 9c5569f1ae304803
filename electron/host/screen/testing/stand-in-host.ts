import { dirname, join } from 'node:path';
import { createBuildHistory } from '../../build/history.ts';
import { createKnownFiles } from '../../compose/known-files.ts';
import { createCredentialStore } from '../../credentials/store.ts';
import { createEngineClient } from '../../engine/http-client.ts';
import { createSettingsStore } from '../../settings/store.ts';
import type { ScreenHost } from '../screen-host.ts';
import type { StandInEngine } from './stand-in-engine.ts';
import type { StandInMachine } from './stand-in-machine.ts';

/** A host whose files lie beside the engine's socket, and go with it. */
export function standInHost(engine: StandInEngine, machine: StandInMachine): ScreenHost {
  const directory = dirname(engine.socket);
  return {
    machine,
    engine: createEngineClient(engine.socket),
    settings: createSettingsStore(join(directory, 'settings.json')),
    credentials: createCredentialStore(join(directory, 'config.json')),
    composeFiles: createKnownFiles(join(directory, 'compose-files.json')),
    builds: createBuildHistory(join(directory, 'builds')),
  };
}
