import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { machinePaths } from '../../../electron/host/home/paths.ts';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { openGeneration } from '../../fixtures/client-generations.ts';
import type { DockerClient } from '../../fixtures/docker-client.ts';
import type { Outcome } from '../../fixtures/outcome.ts';
import { berth, output, terminal } from '../berth.ts';
import { guest, removeContainers } from './shared-machine.ts';

/**
 * Writes twenty numbered lines per second. When it is stopped, it says goodbye and exits with 7.
 */
const counter =
  'trap "echo bye; exit 7" TERM; i=0; while :; do echo $((i += 1)); usleep 50000; done';

/** Exits with 9 on the signal. */
const mortal = 'trap "echo last words; exit 9" USR1; while :; do usleep 50000; done';

const WAIT = { timeout: 60_000, interval: 300 };

interface Sight {
  readonly pid: string;
  readonly startedAt: string;
}

const look = async (name: string): Promise<Sight> => {
  const format = '{{.State.Pid}} {{.State.StartedAt}}';
  const [pid = '', startedAt = ''] = (await output('inspect', '--format', format, name)).split(' ');
  return { pid, startedAt };
};

/** The numbers that a counter has written so far. */
async function numbers(name: string): Promise<number[]> {
  const lines = (await output('logs', name)).split(/\r?\n/);
  return lines.filter((line) => /^\d+$/.test(line)).map(Number);
}

const counting = (length: number) => Array.from({ length }, (_, index) => index + 1);

/** Kills the agent while containers run and one exits, and waits until the next agent answers. */
async function crash(mortalPid: string) {
  const script = `
    agent=$(cat /run/berth/agent.pid)
    kill -9 $agent
    kill -USR1 ${mortalPid}
    while [ -d /proc/${mortalPid} ]; do :; done
    echo $agent $(cat /run/berth/agent.pid) $(date +%s)`;
  const [killed, latest, time] = (await guest(script)).split(' ');
  await vi.waitFor(() => output('version'), WAIT);
  return { killed, latest, endedBy: Number(time) };
}

let before: Record<'plain' | 'tty' | 'mortal', Sight>;
let ending: { endedBy: number };
let hungUp: Promise<{ exitCode: number | null }>;
let docker: DockerClient;
let interrupted: Promise<Outcome>;
const opened = new AsyncDisposableStack();
const hostSocket = machinePaths(inject('home'), 'default').engineSocket;

beforeAll(async () => {
  const run = (name: string, script: string, ...flags: string[]) =>
    output('run', '--detach', '--name', name, ...flags, 'busybox', 'sh', '-c', script);
  const mount = `${hostSocket}:/engine.sock`;
  await Promise.all([
    ...[run('plain', counter, '--volume', mount), run('tty', counter, '--tty')],
    run('mortal', mortal),
  ]);
  await vi.waitFor(async () => expect((await numbers('tty')).length).toBeGreaterThan(5), WAIT);
  const [plain, tty, dying] = await Promise.all([look('plain'), look('tty'), look('mortal')]);
  before = { plain, tty, mortal: dying };
  hungUp = berth(['exec', 'plain', 'sh', '-c', 'touch /tmp/exec-runs; sleep 1000']);
  await vi.waitFor(() => output('exec', 'plain', 'ls', '/tmp/exec-runs'), WAIT);
  const context = opened.use(await temporaryDirectory()).path;
  ({ docker } = await openGeneration('buildx 0.29', context, inject('engineSocket')));
  await writeFile(join(context, 'Dockerfile'), 'FROM busybox\nRUN sleep 1234\n');
  interrupted = docker.run(['build', '--progress=plain', context]);
  await vi.waitFor(() => guest("pgrep -xf 'sleep 1234'"), WAIT);

  const { killed, latest, endedBy } = await crash(before.mortal.pid);
  // The container exited while the agent wasn't running.
  expect(latest).toBe(killed);
  expect(await guest('cat /run/berth/agent.pid')).not.toBe(killed);
  ending = { endedBy };
});
afterAll(async () => {
  await removeContainers();
  await opened.disposeAsync();
});

test('containers keep running, and the next agent knows them', async () => {
  for (const name of ['plain', 'tty'] as const) {
    expect(await look(name)).toEqual(before[name]);
    expect(await guest(`cat /proc/${before[name].pid}/comm`)).toBe('sh');
  }
  const listed = await output('ps', '--format', '{{.Names}} {{.Status}}');
  expect(listed.split('\n').sort()).toEqual([
    expect.stringMatching(/^plain Up .*(second|minute)/),
    expect.stringMatching(/^tty Up .*(second|minute)/),
  ]);
});

test('the log has the lines that a container wrote meanwhile, each once', async () => {
  for (const name of ['plain', 'tty']) {
    const seen = await numbers(name);
    expect(seen).toEqual(counting(seen.length));
    await vi.waitFor(async () => {
      const more = await numbers(name);
      expect(more.length).toBeGreaterThan(seen.length);
      expect(more).toEqual(counting(more.length));
    }, WAIT);
  }
});

test('a container that exited meanwhile has its exit code and time', async () => {
  const format = '{{.State.Status}} {{.State.ExitCode}} {{.State.Pid}} {{.State.FinishedAt}}';
  const [status, exitCode, pid, finishedAt = ''] = (
    await output('inspect', '--format', format, 'mortal')
  ).split(' ');
  expect([status, exitCode, pid]).toEqual(['exited', '9', '0']);
  const finished = Date.parse(finishedAt) / 1000;
  expect(finished).toBeGreaterThan(Date.parse(before.mortal.startedAt) / 1000);
  expect(finished).toBeLessThan(ending.endedBy + 1);
  expect(await output('logs', 'mortal')).toBe('last words');
  expect(await output('wait', 'mortal')).toBe('9');
});

test('an exec whose agent has crashed reports that to its user', async () => {
  expect((await hungUp).exitCode).not.toBe(0);
});

test('a build whose engine has crashed reports that to its user, and the next one works', async () => {
  const { exitCode, stderr } = await interrupted;
  expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^ERROR: .*(EOF|closed|reset)/m)]);
  await expect.poll(() => guest("pgrep -xf 'sleep 1234' || true"), WAIT).toBe('');
  const context = opened.use(await temporaryDirectory()).path;
  await writeFile(join(context, 'Dockerfile'), 'FROM busybox\nRUN echo built >/word\n');
  const image = await docker.output('build', '--quiet', context);
  expect(await docker.output('run', '--rm', image, 'cat', '/word')).toBe('built');
  await docker.output('rmi', image);
  // The step isn't a container whose record is lost, for which volumes would be kept.
  const volumes = () => docker.output('volume', 'ls', '--quiet');
  const kept = await volumes();
  await docker.output('run', '--rm', '--volume', '/data', 'busybox', 'true');
  expect(await volumes()).toBe(kept);
});

test('a container that mounted the engine’s socket of the host talks to the next agent', async () => {
  // The container's own file, which the engine's node opens: busybox can't.
  const socketPath = `/proc/${before.plain.pid}/root/engine.sock`;
  const options = JSON.stringify({ socketPath, path: '/containers/plain/json' });
  const program = `
    require("node:http").get(${options}, (response) => response.pipe(process.stdout))`;
  const inspected = JSON.parse(await guest(`/usr/lib/berth/node -e '${program}'`));
  expect(inspected.State.Pid).toBe(Number(before.plain.pid));
});

test('exec, attach and stop work as before', async () => {
  expect(await berth(['exec', 'plain', 'sh', '-c', 'echo in; exit 6'])).toEqual({
    exitCode: 6,
    stdout: 'in\n',
    stderr: '',
  });
  const names = ['plain', 'tty'];
  const screens = names.map((name) => terminal(`berth attach ${name}; echo "code $?"`));
  for (const screen of screens) await screen.shows(/\d+\s+\d+\s/);
  await output('stop', ...names);
  for (const screen of screens) {
    await screen.shows('bye');
    await screen.shows('code 7');
  }
  for (const name of names) {
    expect(await output('wait', name)).toBe('7');
    expect(await output('logs', '--tail', '1', name)).toMatch(/^bye\r?$/);
    const all = await numbers(name);
    expect(all).toEqual(counting(all.length));
  }
  await output('start', 'plain');
  expect(await output('ps', '--format', '{{.Names}}')).toBe('plain');
});
