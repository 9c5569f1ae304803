import { expect, onTestFinished, test, vi } from 'vitest';
import { looksOnHeader } from '../../../guest-agent/contract/endpoints/activity.ts';
import { readOnChange } from './changes.ts';
import { createEngineClient } from './connection/http-client.ts';
import { engineEvents } from './system.ts';
import { startScriptedEngine } from './testing/scripted-engine.ts';

test('what Berth follows for itself keeps no machine up; what a user follows does', async () => {
  const engine = await startScriptedEngine();
  onTestFinished(() => engine[Symbol.asyncDispose]());
  const followers: boolean[] = [];
  engine.answer('GET /events', ({ headers }, response) => {
    followers.push(looksOnHeader in headers);
    response.writeHead(200).flushHeaders();
  });
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const client = createEngineClient(engine.socketPath);
  const changes = readOnChange(client, 'container', async () => 'list', ending.signal);
  expect((await changes.next()).value).toBe('list');
  await vi.waitFor(() => expect(followers).toEqual([true]));
  engineEvents(client, { signal: ending.signal })
    .next()
    .catch(() => {});
  await vi.waitFor(() => expect(followers).toEqual([true, false]));
});
