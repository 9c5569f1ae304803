import { expect, it } from 'vitest';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { startScriptedEngine } from '../engine/testing/scripted-engine.ts';
import { readDetails } from './details.ts';

it("reads a container whose command can't be built", async () => {
  await using engine = await startScriptedEngine();
  engine.json('GET /containers/c0ffee/json', {
    ...{ Id: 'c0ffee', Name: '/web', Image: 'sha256:1', State: { Running: true } },
    Config: { Image: 'nginx:1', Hostname: 'box' },
    HostConfig: { Mounts: [{ Type: 'unheard-of', Target: '/t' }] },
    NetworkSettings: {},
  });
  const details = await readDetails(createEngineClient(engine.socketPath), 'c0ffee');
  expect(details).toMatchObject({ hostname: 'box' });
  expect(details).not.toHaveProperty('runCommand');
});
