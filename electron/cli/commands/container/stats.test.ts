import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { runWords } from '../../testing/run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

const run = (line: string) => runWords(engine, line.split(' '));
const lines = (...parts: string[]) => `${parts.join('\n')}\n`;
const MiB = 1024 * 1024;
const id = 'c0ffee00'.repeat(8);

const cpu = (total_usage: number, system_cpu_usage: number) => ({
  ...{ cpu_usage: { total_usage }, system_cpu_usage, online_cpus: 2 },
});
const running = {
  ...{ id, name: '/web', pids_stats: { current: 5 } },
  ...{ cpu_stats: cpu(3e8, 4e9), precpu_stats: cpu(1e8, 2e9) },
  memory_stats: { usage: 48 * MiB, limit: 64 * MiB, stats: { inactive_file: 16 * MiB } },
  blkio_stats: {
    io_service_bytes_recursive: [
      { major: 8, minor: 0, op: 'read', value: 1_500_000 },
      { major: 8, minor: 16, op: 'write', value: 20 },
    ],
  },
  networks: { eth0: { rx_bytes: 1000, tx_bytes: 10 }, eth1: { rx_bytes: 500, tx_bytes: 1 } },
};
const stopped = {
  ...{ id, name: '/job', pids_stats: {}, memory_stats: {} },
  blkio_stats: { io_service_bytes_recursive: null },
  cpu_stats: { cpu_usage: { total_usage: 0 } },
  precpu_stats: { cpu_usage: { total_usage: 0 } },
};

test('stats of the running containers, once', async () => {
  engine.json(
    'GET /containers/json',
    [{ ...{ Id: id, Names: ['/web'], Image: 'busybox', ImageID: 'sha256:1', Command: 'sh' } }].map(
      (row) => ({ ...row, Created: 1, State: 'running', Status: 'Up' }),
    ),
  );
  engine.json(`GET /containers/${id}/stats`, running);
  expect((await run('stats --no-stream')).stdout).toBe(
    lines(
      'CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O       BLOCK I/O     PIDS',
      'c0ffee00c0ff   web       20.00%    32MiB / 64MiB       50.00%    1.5kB / 11B   1.5MB / 20B   5',
    ),
  );
  expect(engine.requests.at(-1)?.query).toEqual({ stream: 'false' });
});

test('a stopped container uses nothing; reports a container that doesn’t exist', async () => {
  engine.json('GET /containers/job/stats', stopped);
  const format = '{{.Name}} {{.CPUPerc}} {{.MemUsage}} {{.MemPerc}} {{.PIDs}}';
  const shown = await runWords(engine, ['stats', '--no-stream', '--format', format, 'job']);
  expect(shown.stdout).toBe('job 0.00% 0B / 0B 0.00% 0\n');
  engine.json('GET /containers/nope/stats', { message: 'No such container: nope' }, 404);
  expect(await run('stats nope')).toMatchObject({
    exitCode: 1,
    stderr: 'berth: No such container: nope\n',
  });
});

test('ends when the container is removed', async () => {
  engine.json('GET /containers/web/stats', running);
  expect(await run('stats web')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(engine.requests[0]?.query).toEqual({ stream: 'true' });
});

test('ends with the first failure among several containers', async () => {
  const row = { Names: ['/x'], Image: 'busybox', ImageID: 'sha256:1', Command: 'sh', Created: 1 };
  const list = ['one', 'two'].map((Id) => ({ ...row, Id, State: 'running', Status: 'Up' }));
  engine.json('GET /containers/json', list);
  engine.answer('GET /events', (_, response) => {
    response.writeHead(200).flushHeaders();
  });
  engine.answer('GET /containers/one/stats', (_, response) => {
    response.writeHead(200).write(`${JSON.stringify(running)}\n`);
  });
  engine.json('GET /containers/two/stats', { message: 'cannot read cgroup' }, 500);
  expect(await run('stats')).toMatchObject({
    exitCode: 1,
    stderr: 'berth: cannot read cgroup\n',
  });
});
