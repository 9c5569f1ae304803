import { EventEmitter } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Program } from '../../../../guest-agent/testing/fake-engine/fake-process.ts';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import { ProjectEngine } from '../../../host/compose/testing/project-engine.ts';
import { runWords } from '../../testing/run.ts';

let engine: ProjectEngine;
let file: string;

/** Prints a line and exits with the code in its first argument. */
const ending: Program = (process) => {
  process.write('stdout', 'done\n');
  return Number(process.argv[1]);
};

beforeEach(async () => {
  engine = await ProjectEngine.start();
  engine.fake.program('end', ending);
  const directory = join(socketDirectory(engine.socket), 'shop');
  await mkdir(directory);
  file = join(directory, 'compose.yaml');
});

afterEach(() => engine.close());

/** Services by name, with their commands; without a command, a service stays up. */
const write = (services: Record<string, string | undefined>) =>
  writeFile(
    file,
    JSON.stringify({
      services: Object.fromEntries(
        Object.entries(services).map(([name, command]) => [name, { image: 'busybox', command }]),
      ),
    }),
  );

function up(...flags: string[]) {
  const signals = new EventEmitter();
  const run = async () => {
    const words = ['compose', '-f', file, 'up', ...flags];
    const outcome = await runWords({ socketPath: engine.socket }, words, { signals });
    const { exitCode, stdout, stderr } = outcome;
    return { exitCode, lines: stdout.split('\n').filter(Boolean).sort(), stderr };
  };
  return Object.assign(run(), { signals });
}

it('ends when all containers have exited', async () => {
  await write({ a: 'end 0', b: 'end 2' });
  expect(await up()).toMatchObject({
    exitCode: 0,
    lines: [
      'a-1 exited with code 0',
      'a-1  | done',
      'b-1 exited with code 2',
      'b-1  | done',
    ].sort(),
  });
});

it('stops all containers after the first exit, and ends with its code', async () => {
  await write({ a: 'end 3', web: undefined });
  const aborted = await up('--abort-on-container-exit', '--no-attach', 'web', '-t', '1');
  expect(aborted).toMatchObject({ exitCode: 3 });
  expect(aborted.stderr).toContain('Aborting on container exit...\n');
  expect(aborted.lines).toContain('a-1  | done');
  expect(aborted.lines.filter((line) => line.startsWith('web-1  |'))).toEqual([]);
  expect(engine.states()).toEqual(['shop-a-1 exited', 'shop-web-1 exited']);
});

it('ends with the code of the chosen service', async () => {
  await write({ a: 'end 3', web: undefined });
  expect(await up('--exit-code-from', 'web')).toMatchObject({ exitCode: 0 });
  expect((await up('--exit-code-from', 'nosuch')).stderr).toContain('no such service: nosuch');
});

it('a container that the engine starts again says so', async () => {
  const services = { a: { image: 'busybox', command: 'end 4', restart: 'on-failure:1' } };
  await writeFile(file, JSON.stringify({ services }));
  const { lines } = await up();
  expect(lines.filter((line) => line.includes('exited'))).toEqual([
    'a-1 exited with code 4',
    'a-1 exited with code 4 (restarting)',
  ]);
});

it('shows no output of earlier runs', async () => {
  await write({ a: 'end 0' });
  await up();
  expect((await up()).lines).toEqual(['a-1  | done', 'a-1 exited with code 0']);
});

it('ends at once without containers', async () => {
  await write({ web: undefined });
  expect(await up('--scale', 'web=0')).toMatchObject({ exitCode: 0, lines: [] });
});

it('a named service ends alone, and its dependencies stay', async () => {
  const services = {
    job: { image: 'busybox', command: 'end 0', depends_on: ['db'] },
    db: { image: 'redis' },
  };
  await writeFile(file, JSON.stringify({ services }));
  expect(await up('job')).toMatchObject({ exitCode: 0 });
  expect(engine.states()).toEqual(['shop-db-1 running', 'shop-job-1 exited']);
});

it('Ctrl-C stops the containers', async () => {
  await write({ web: undefined });
  const running = up();
  await vi.waitFor(() => expect(engine.states()).toEqual(['shop-web-1 running']), 10_000);
  await vi.waitFor(() => expect(running.signals.listenerCount('SIGINT')).toBe(1), 10_000);
  running.signals.emit('SIGINT');
  const { exitCode, lines } = await running;
  expect(exitCode).toBe(130);
  expect(lines).toContain('Gracefully Stopping... press Ctrl+C again to force');
  expect(engine.states()).toEqual(['shop-web-1 exited']);
});

it('--wait fails when a container exits', async () => {
  await write({ web: undefined });
  expect(await up('--wait')).toMatchObject({ exitCode: 0 });
  await write({ a: 'end 3' });
  const failed = await up('--wait');
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toContain('berth: container shop-a-1 exited (3)');
});

it('--wait accepts a service that others expect to complete, and no limit', async () => {
  const depends_on = { job: { condition: 'service_completed_successfully' } };
  const services = {
    job: { image: 'busybox', command: 'end 0' },
    web: { image: 'busybox', depends_on },
  };
  await writeFile(file, JSON.stringify({ services }));
  expect(await up('--wait', '--wait-timeout', '0')).toMatchObject({ exitCode: 0 });
});

it.each([
  [['--wait', '--abort-on-container-exit'], '--wait cannot be combined with'],
  [['--wait', '--abort-on-container-failure'], '--wait cannot be combined with'],
  [['--attach', 'nosuch'], 'cannot attach to services not included in up: nosuch'],
  [['-d', '--attach', 'web'], '--detach cannot be combined with'],
  [['--force-recreate', '--no-recreate'], '--force-recreate and --no-recreate are incompatible'],
])('%j is refused', async (flags, message) => {
  await write({ web: undefined });
  const refused = await up(...flags);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain(message);
  expect(engine.states()).toEqual([]);
});
