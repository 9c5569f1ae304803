import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sessionCredentials } from '../../../../guest-agent/buildkit/session/credentials.ts';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import { StandInBuildkit } from '../../../host/buildkit/testing/stand-in-buildkit.ts';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { runningStatus } from '../../../host/machine/testing/running-status.ts';
import { runWords } from '../../testing/run.ts';
import { berthAt, openTerminal, withMode } from '../../testing/terminal.ts';

let engine: ScriptedEngine;
let config: string;
beforeEach(async () => {
  engine = await startScriptedEngine();
  engine.json('POST /auth', { Status: 'Login Succeeded', IdentityToken: '' });
  config = join(socketDirectory(engine.socketPath), 'docker', 'config.json');
});
afterEach(() => engine[Symbol.asyncDispose]());

const run = (line: string, stdin = '') => runWords(engine, line.split(' '), { stdin });
const auths = async () => JSON.parse(await readFile(config, 'utf8')).auths;
const entry = (text: string) => ({ auth: Buffer.from(text).toString('base64') });
const header = () => {
  const text = engine.requests.at(-1)?.headers['x-registry-auth'];
  return text ? JSON.parse(Buffer.from(String(text), 'base64url').toString()) : undefined;
};

test('login checks the credentials with the registry, and a pull sends them', async () => {
  const outcome = await run('login -u ada --password-stdin r.io:5000', 'secret\n');
  expect(outcome).toMatchObject({ exitCode: 0, stdout: 'Login Succeeded\n' });
  expect(outcome.stderr).toContain(`WARNING! Your credentials are stored unencrypted in`);
  expect(engine.requests.at(-1)?.body).toEqual({
    ...{ username: 'ada', password: 'secret', serveraddress: 'r.io:5000' },
  });
  expect(await auths()).toEqual({ 'r.io:5000': entry('ada:secret') });

  engine.json('POST /images/create', { status: 'done' });
  await run('pull r.io:5000/app');
  expect(header()).toEqual({
    ...{ username: 'ada', password: 'secret', serveraddress: 'r.io:5000' },
  });
  await run('pull busybox');
  expect(header()).toBeUndefined();
});

test('push sends the credentials of its registry', async () => {
  await run('login -u ada --password-stdin registry.example', 'secret');
  engine.answer('POST /images/registry.example/app/push', (_, response) => {
    response.end('{"status":"done"}\n');
  });
  engine.answer('POST /images/app/push', (_, response) => {
    response.end('{"status":"done"}\n');
  });
  await run('push registry.example/app:1');
  expect(header()).toMatchObject({ username: 'ada', password: 'secret' });
  await run('push app:1');
  expect(header()).toBeUndefined();
});

test('a build gets the credentials that the engine asks for', async () => {
  await run('login -u ada --password-stdin registry.example', 'secret');
  const buildkit = new StandInBuildkit();
  buildkit.attach(engine);
  const found: unknown[] = [];
  buildkit.script = async ({ session, job: { signal } }) => {
    for (const domain of ['registry.example', 'docker.io']) {
      found.push(await sessionCredentials(session, domain, signal));
    }
    return undefined;
  };
  await run('build -', 'FROM registry.example/app');
  expect(found).toEqual([{ kind: 'password', username: 'ada', password: 'secret' }, undefined]);
});

test('run pulls a missing image with the credentials', async () => {
  await run('login -u ada --password-stdin', 'secret');
  engine.json('POST /containers/create', { message: 'No such image: app:latest' }, 404);
  engine.answer('POST /images/create', (_, response) => {
    engine.json('POST /containers/create', { message: 'enough' }, 500);
    response.end('{"status":"done"}\n');
  });
  expect((await run('run app')).stderr).toContain('enough');
  const pull = engine.requests.find(({ path }) => path === '/images/create');
  const text = String(pull?.headers['x-registry-auth']);
  expect(JSON.parse(Buffer.from(text, 'base64url').toString())).toMatchObject({ username: 'ada' });
});

test('login doesn’t store rejected credentials', async () => {
  engine.json('POST /auth', { message: 'unauthorized: incorrect username or password' }, 401);
  expect(await run('login -u ada -p wrong r.io')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: [
      'WARNING! Using --password via the CLI is insecure. Use --password-stdin.',
      'berth: unauthorized: incorrect username or password\n',
    ].join('\n'),
  });
  await expect(auths()).rejects.toMatchObject({ code: 'ENOENT' });
});

test('login stores an identity token instead of the password', async () => {
  engine.json('POST /auth', { Status: 'Login Succeeded', IdentityToken: 't0ken' });
  await run('login -u ada --password-stdin r.io', 'secret');
  expect(await auths()).toEqual({ 'r.io': { ...entry('ada:'), identitytoken: 't0ken' } });
});

test.each([
  ['login r.io', 'Cannot perform an interactive login from a non TTY device'],
  ['login --password-stdin r.io', 'Must provide --username with --password-stdin'],
  ['login -u a -p b --password-stdin r.io', 'mutually exclusive'],
])('%s fails with the reason', async (line, reason) => {
  const status = async () => ({ ...runningStatus, state: 'stopped' as const });
  const start = async () => Promise.reject(new Error('no machine is needed for this'));
  const surroundings = { stdin: 'x', machine: { status, start } };
  const { exitCode, stderr } = await runWords(engine, line.split(' '), surroundings);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(reason);
  expect(engine.requests).toEqual([]);
});

test('logout removes the credentials, or says that there are none', async () => {
  await run('login -u ada --password-stdin', 'secret');
  const hub = 'https://index.docker.io/v1/';
  expect((await run('logout')).stdout).toBe(`Removing login credentials for ${hub}\n`);
  expect(await auths()).toEqual({});
  expect(await run('logout')).toEqual({
    ...{ exitCode: 0, stdout: `Not logged in to ${hub}\n`, stderr: '' },
  });
});

test.skipIf(onWindows('Node has no terminal in wine'))(
  'on a terminal, login asks, and hides the password',
  async () => {
    const terminal = openTerminal(berthAt(engine.socketPath), withMode('berth login r.io'));
    await terminal.shows('Username: ');
    terminal.type('ada\r');
    await terminal.shows('Password: ');
    terminal.type('seecret\x7f\x7f\x7f\x7f\x7f\x7fecret\r');
    await terminal.shows('Login Succeeded');
    await terminal.shows('code 0, mode same');
    expect((await terminal.ended).output).not.toContain('ecret');
    expect(await auths()).toEqual({ 'r.io': entry('ada:secret') });

    // The second time, login has the credentials.
    const again = openTerminal(berthAt(engine.socketPath), 'berth login r.io');
    await again.shows('Authenticating with existing credentials');
    await again.shows('Login Succeeded');
    expect((await again.ended).exitCode).toBe(0);
  },
);

test.skipIf(onWindows('Node has no terminal in wine'))(
  'Ctrl-C at the question cancels login and restores the terminal',
  async () => {
    const terminal = openTerminal(berthAt(engine.socketPath), withMode('berth login -u ada r.io'));
    await terminal.shows('Password: ');
    terminal.type('sec\x03');
    await terminal.shows('code 130, mode same');
    await rm(dirname(config), { recursive: true, force: true });
  },
);
