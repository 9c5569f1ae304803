import { expect, onTestFinished, test } from 'vitest';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { startScriptedEngine } from '../engine/testing/scripted-engine.ts';
import { runningStatus } from '../machine/testing/running-status.ts';
import { whileRunning } from '../machine/while-running.ts';
import { readNetworks } from '../networks/list.ts';
import { readVolumes } from '../volumes/list.ts';
import { readContainers } from './containers.ts';

const startedAt = '2026-01-01T00:00:00.000Z';
const finishedAt = '2026-01-01T00:05:00.000Z';

/** A row of the engine's list; every other one runs. */
const row = (_: unknown, index: number) => ({
  ...{ Id: `c${index}`, Names: [`/c${index}`], Image: 'i', ImageID: 'i', Command: '', Created: 1 },
  ...(index % 2 === 0
    ? { State: 'running', Status: 'words that nobody reads' }
    : { State: 'exited', Status: 'more of them' }),
  Berth:
    index % 2 === 0
      ? { StartedAt: startedAt, ExitCode: 0, Health: 'unhealthy', Interactive: true }
      : {
          ...{ StartedAt: startedAt, FinishedAt: finishedAt, ExitCode: 137, Interactive: true },
          OOMKilled: true,
        },
});

async function prepare() {
  const engine = await startScriptedEngine();
  onTestFinished(() => engine[Symbol.asyncDispose]());
  engine.json('GET /containers/json', Array.from({ length: 50 }, row));
  engine.json('GET /networks', []);
  engine.json('GET /volumes', { Volumes: [] });
  let asked = 0;
  const status = async () => {
    asked += 1;
    return runningStatus;
  };
  const client = whileRunning(createEngineClient(engine.socketPath), { status });
  const calls = () => ({ engine: engine.requests.length, supervisor: asked });
  return { client, calls };
}

test('a list of containers is one call of the engine, and one of the supervisor', async () => {
  const { client, calls } = await prepare();
  const rows = await readContainers(client);
  expect(rows).toHaveLength(50);
  expect(rows[0]).toMatchObject({
    ...{ state: 'running', startedAt, health: 'unhealthy', interactive: true },
  });
  expect(rows[0]).not.toHaveProperty('exitCode');
  expect(rows[1]).toMatchObject({
    ...{ state: 'exited', exitCode: 137, interactive: false, finishedAt, outOfMemory: true },
  });
  expect(rows[1]).not.toHaveProperty('startedAt');
  expect(calls()).toEqual({ engine: 1, supervisor: 1 });
});

test.each([
  ['volumes', readVolumes],
  ['networks', readNetworks],
])('a list of %s takes the containers with it, and asks the supervisor once', async (_, read) => {
  const { client, calls } = await prepare();
  await read(client);
  expect(calls()).toEqual({ engine: 2, supervisor: 1 });
});
