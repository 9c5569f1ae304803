import { expect, it } from 'vitest';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { startScriptedEngine } from '../engine/testing/scripted-engine.ts';
import { readImages } from './images.ts';

it('makes a row of each name, newest first, and tells no date that is not known', async () => {
  await using engine = await startScriptedEngine();
  engine.json('GET /images/json', [
    { Id: 'sha256:1', RepoTags: ['busybox:latest', 'box:1'], Created: 0, Size: 10 },
    { Id: 'sha256:2', RepoTags: ['<none>:<none>'], Created: 1_760_000_000, Size: 20 },
  ]);
  expect(await readImages(createEngineClient(engine.socketPath))).toEqual([
    { id: 'sha256:2', size: 20, createdAt: '2025-10-09T08:53:20.000Z' },
    { id: 'sha256:1', size: 10, reference: 'busybox:latest' },
    { id: 'sha256:1', size: 10, reference: 'box:1' },
  ]);
});
