import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeAll, expect, inject, test } from 'vitest';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { DockerClient } from '../../fixtures/docker-client.ts';
import { removeContainers } from './shared-machine.ts';

/** Docker's own client: if the client works, the tools around it work too. */
let docker: DockerClient;

beforeAll(async () => {
  const configuration = await temporaryDirectory();
  docker = await DockerClient.open(inject('engineSocket'), configuration.path);
  await docker.output('pull', '--quiet', 'busybox');
  return () => configuration[Symbol.asyncDispose]();
});
afterEach(removeContainers);

test('version and info describe the engine', async () => {
  expect(await docker.output('version')).toMatch(/^Server: Berth\n(.*\n)* +API version: +1\.\d+/m);
  expect(
    await docker.output('info', '--format', '{{.OSType}} {{.Driver}} {{.CgroupVersion}}'),
  ).toBe('linux overlayfs 2');
});

test('run shows both outputs and exits with the command’s exit code', async () => {
  const script = 'echo out; echo err >&2; exit 3';
  const [run, missing] = await Promise.all([
    docker.run(['run', '--rm', 'busybox', 'sh', '-c', script]),
    docker.run(['run', '--rm', 'busybox', 'no-such-command']),
  ]);
  expect(run).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  expect(missing.exitCode).toBe(127);
  expect(missing.stderr).toContain('"no-such-command": executable file not found in $PATH');
  expect(await docker.output('ps', '--all', '--quiet')).toBe('');
});

test('run -i forwards a pipe until it closes', async () => {
  const input = 'line\n'.repeat(50_000);
  const counted = await docker.run(['run', '--rm', '-i', 'busybox', 'wc', '-c'], input);
  expect(counted).toEqual({ exitCode: 0, stdout: `${input.length}\n`, stderr: '' });
});

test('the life of a container in the background', async () => {
  const script = 'trap "echo bye; exit 4" TERM; i=0; while :; do echo $((i += 1)); sleep 0.2; done';
  const flags = ['--detach', '--name', 'box', '--label', 'role=test', '--env', 'COLOR=red'];
  const id = await docker.output('run', ...flags, 'busybox', 'sh', '-c', script);
  expect(id).toMatch(/^[0-9a-f]{64}$/);

  const [header, row] = (await docker.output('ps')).split('\n');
  expect(header).toMatch(/^CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES$/);
  expect(row).toMatch(/^[0-9a-f]{12} +busybox +"sh -c .* ago +Up .*second.* box$/);
  const format = '{{.Id}} {{.State.Running}} {{.Config.Labels.role}} {{json .Config.Cmd}}';
  expect(await docker.output('inspect', '--format', format, 'box')).toBe(
    `${id} true test ${JSON.stringify(['sh', '-c', script])}`,
  );

  const printed = await docker.run(['exec', 'box', 'sh', '-c', 'echo $COLOR; exit 6']);
  expect(printed).toEqual({ exitCode: 6, stdout: 'red\n', stderr: '' });
  const piped = await docker.run(['exec', '-i', 'box', 'tr', 'a-z', 'A-Z'], 'piped\n');
  expect(piped).toEqual({ exitCode: 0, stdout: 'PIPED\n', stderr: '' });

  // `--follow` shows earlier output, continues with new output, and stops when the container exits.
  const logs = docker.spawn('logs', '--follow', 'box');
  const ended = once(logs, 'close');
  const lines: string[] = [];
  let stopped: Promise<string> | undefined;
  for await (const line of createInterface({ input: logs.stdout })) {
    lines.push(line);
    stopped ??= docker.output('stop', 'box');
  }
  expect((await ended)[0]).toBe(0);
  expect(await stopped).toBe('box');
  expect(lines.slice(0, -1)).toEqual(lines.slice(0, -1).map((_, index) => String(index + 1)));
  expect(lines.at(-1)).toBe('bye');
  expect(await docker.output('wait', 'box')).toBe('4');
  expect(await docker.output('ps', '--all', '--format', '{{.Names}} {{.Status}}')).toMatch(
    /^box Exited \(4\) .* ago$/,
  );
  expect(await docker.output('rm', 'box')).toBe('box');
  expect(await docker.output('ps', '--all', '--quiet')).toBe('');
});

test('images are listed by name, and a failed pull says why', async () => {
  const [header, ...rows] = (await docker.output('images', 'busybox')).split('\n');
  expect(header).toMatch(/^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE$/);
  expect(rows).toEqual([expect.stringMatching(/^busybox +latest +[0-9a-f]{12} .* [\d.]+MB$/)]);
  const name = `${inject('registry').guestHost}/no/such/image:1`;
  const { exitCode, stderr } = await docker.run(['pull', name]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`Error response from daemon: manifest for ${name} not found`);
  const missing = await docker.run(['inspect', 'nothing-of-that-name']);
  expect(missing).toMatchObject({ exitCode: 1, stdout: '[]\n' });
  expect(missing.stderr).toContain('No such object: nothing-of-that-name');
});
