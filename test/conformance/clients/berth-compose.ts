import { join } from 'node:path';
import { down } from '../../../electron/host/compose/apply/down.ts';
import { serviceHash } from '../../../electron/host/compose/apply/hash.ts';
import { up } from '../../../electron/host/compose/apply/up.ts';
import { withOverride } from '../../../electron/host/compose/file/find-files.ts';
import { requireProject } from '../../../electron/host/compose/file/load.ts';
import { createCredentialStore } from '../../../electron/host/credentials/store.ts';
import { createEngineClient } from '../../../electron/host/engine/connection/http-client.ts';
import { createSettingsStore } from '../../../electron/host/settings/store.ts';

/** Berth's own compose with the engine that `DOCKER_HOST` names: `up`, `down` or `hash`. */

const engine = createEngineClient((process.env.DOCKER_HOST ?? '').replace('unix://', ''));
const credentials = createCredentialStore(join(process.cwd(), 'config.json'));
const settings = createSettingsStore(join(process.cwd(), 'settings.json'));
const project = await requireProject({
  files: await withOverride(join(process.cwd(), 'compose.yaml')),
  env: process.env,
});
const { signal } = new AbortController();
const changed = new Set<string>();
const report = ({ name, text }: { name: string; text: string }) =>
  /Creat|Recreat|Start|Stop|Remov/.test(text) && changed.add(name);

switch (process.argv[2]) {
  case 'up':
    await up({ engine, credentials, settings }, project, { env: process.env }, report, signal);
    break;
  case 'down':
    await down(engine, project.name, { volumes: true, timeout: 1 }, report, signal);
    break;
  default:
    for (const [name, service] of Object.entries(project.services)) {
      console.log(`${name} ${serviceHash(service)}`);
    }
}
for (const name of [...changed].sort()) console.log(name);
