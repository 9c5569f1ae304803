import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import type { EngineClient } from '../engine/connection/client.ts';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { LABELS } from './apply/labels.ts';
import { followExits } from './exits.ts';
import { ProjectEngine } from './testing/project-engine.ts';

it('fails when the engine ends the connection before the containers have exited', async () => {
  const engine = await ProjectEngine.start();
  onTestFinished(() => engine.close());
  const Labels = { [LABELS.project]: 'shop', [LABELS.service]: 'web', [LABELS.number]: '1' };
  await engine.fake.run('shop-web-1', { Image: 'busybox', Labels });
  const real = createEngineClient(engine.socket);
  const stopping: EngineClient = Object.assign(Object.create(real), {
    stream: async () => Readable.from([]),
  });
  const wanted = { services: new Set(['web']), since: new Date().toISOString() };
  const { signal } = new AbortController();
  await expect(followExits(stopping, 'shop', wanted, () => {}, signal)).rejects.toThrow(
    'the connection to the engine was lost',
  );
});
