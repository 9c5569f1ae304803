import { join } from 'node:path';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import { createCredentialStore } from '../../credentials/store.ts';
import { createEngineClient } from '../../engine/connection/http-client.ts';
import { createSettingsStore } from '../../settings/store.ts';
import type { ComposeHost } from '../apply/compose-host.ts';
import type { ProjectEngine } from './project-engine.ts';

/** A host with its files in the engine's own directory, which its test removes. */
export function projectHost({ socket }: ProjectEngine): ComposeHost {
  const root = socketDirectory(socket);
  return {
    engine: createEngineClient(socket),
    credentials: createCredentialStore(join(root, 'config.json')),
    settings: createSettingsStore(join(root, 'settings.json')),
  };
}
