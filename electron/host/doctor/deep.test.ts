import { expect, onTestFinished, test } from 'vitest';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { type ScriptedEngine, startScriptedEngine } from '../engine/testing/scripted-engine.ts';
import { createHost } from '../host.ts';
import { runningStatus } from '../machine/testing/running-status.ts';
import { examineDeep } from './deep.ts';

async function deep(script: (engine: ScriptedEngine) => void) {
  const engine = await startScriptedEngine();
  onTestFinished(() => engine[Symbol.asyncDispose]());
  script(engine);
  const host = createHost({ home: '/nowhere' });
  const machine = { ...host.machine, status: async () => runningStatus };
  return examineDeep({ machine, engine: createEngineClient(engine.socketPath) });
}

test('shows each problem with advice, and counts what is whole', async () => {
  const orphan = { Kind: 'orphan', About: 'cgroup a', Message: 'Nobody owns a.', Hint: 'Restart.' };
  const lost = { Kind: 'lost', About: 'volume b', Message: 'b is gone.', Hint: 'Restore b.' };
  const lines = [
    { Finding: { Topic: 'containers', ...orphan } },
    { Finding: { Topic: 'containers', ...lost } },
    { Topic: 'containers', Checked: 2 },
    { Topic: 'volumes', Checked: 1 },
  ];
  const found = await deep((engine) =>
    engine.answer('GET /audit', (_, response) => {
      response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    }),
  );
  expect(found).toEqual([
    { name: 'containers', status: 'warn', message: 'Nobody owns a.', hint: 'Restart.' },
    { name: 'containers', status: 'fail', message: 'b is gone.', hint: 'Restore b.' },
    { name: 'volumes', status: 'ok', message: '1 volume checked' },
  ]);
});

test('says so if the engine gives no answer, or the VM is stopped', async () => {
  expect(await deep((engine) => engine.json('GET /audit', { message: 'no disk' }, 500))).toEqual([
    { name: 'deep check', status: 'fail', message: expect.stringContaining('no disk') },
  ]);
  expect(await examineDeep(createHost({ home: '/nowhere' }))).toEqual([
    { name: 'deep check', status: 'skipped', message: `the VM isn't running` },
  ]);
});
