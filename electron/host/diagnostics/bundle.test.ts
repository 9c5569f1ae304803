import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { expect, onTestFinished, test } from 'vitest';
import { ownerOnly } from '../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { createCredentialStore } from '../credentials/store.ts';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { startScriptedEngine } from '../engine/testing/scripted-engine.ts';
import { createHost } from '../host.ts';
import { runningStatus } from '../machine/testing/running-status.ts';
import { writeDiagnostics } from './bundle.ts';
import { redact } from './redact.ts';

async function unpack(path: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const entries = extract();
  createReadStream(path).pipe(createGunzip()).pipe(entries);
  for await (const entry of entries) {
    files[entry.header.name.replace('berth-diagnostics/', '')] = await text(entry);
  }
  return files;
}

/** A secret of each kind, by the line in which a log would have it. */
const planted: Readonly<Record<string, string>> = {
  'proxy-pass': 'using http://me:proxy-pass@proxy.example:3128 for pulls',
  'p@ss-in-url': 'postgres://app:p@ss-in-url@db/app',
  'bearer-0123456789': 'GET /v2/ Authorization: Bearer bearer-0123456789',
  YmFzaWM6c2VjcmV0: 'authorization: Basic YmFzaWM6c2VjcmV0',
  cmVnaXN0cnlhdXRo: "headers { 'x-registry-auth': 'cmVnaXN0cnlhdXRo' }",
  'YXV0aHNlY3JldA==': '{"auths":{"r.io":{"auth":"YXV0aHNlY3JldA=="}}}',
  'identity-secret': '{"identitytoken":"identity-secret"}',
  'json \\"quoted\\" secret': '{ "Password": "json \\"quoted\\" secret" }',
  'node-printed': "{ username: 'me', password: 'node-printed' }",
  'env-of-container': '{"Env":["PATH=/bin","GREETING=env-of-container"],"Tty":false}',
  hunter2hunter2: 'MYSQL_ROOT_PASSWORD=hunter2hunter2',
  AwsKeyAwsKey: 'AWS_SECRET_ACCESS_KEY="AwsKeyAwsKey"',
  'flag-secret': 'docker login -u me --password flag-secret r.io',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln': 'jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
  ghp_abcdefghijklmnop: 'cloning with ghp_abcdefghijklmnop',
  b3BlbnNzaC1rZXk:
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----',
  Y3V0LW9mZi1rZXk: '-----BEGIN RSA PRIVATE KEY-----\nY3V0LW9mZi1rZXk',
};

test.each(Object.entries(planted))('%s is removed', (secret, line) => {
  const redacted = redact(`before\n${line}`);
  expect(redacted).not.toContain(secret);
  expect(redacted).toContain('[removed]');
  expect(redacted).toContain('before');
});

test('text without secrets stays, and the user’s name is removed', () => {
  const person = { home: '/home/ada', user: 'ada' };
  const line = '2026-01-02T03:04:05Z berth: data disk mounted /home/ada/.berth by ada, adamant';
  expect(redact(line, person)).toBe(
    '2026-01-02T03:04:05Z berth: data disk mounted ~/.berth by USER, adamant',
  );
  expect(redact('/home/ada.img /x/home/ada /home/ada', person)).toBe(
    '/home/USER.img /x/home/USER ~',
  );
  const windows = { home: 'C:\\Users\\ada', user: 'ada' };
  expect(redact('{"path":"C:\\\\Users\\\\ada\\\\.berth"}', windows)).toBe('{"path":"~\\\\.berth"}');
  expect(redact('image sha256:0badcafe, pull of busybox:1.36 took 3 s', person)).toContain(
    'sha256:0badcafe, pull of busybox:1.36',
  );
});

test('a bundle holds what was found, and none of what was planted', async () => {
  const engine = await startScriptedEngine();
  onTestFinished(() => engine[Symbol.asyncDispose]());
  engine.json('GET /version', { Version: '1', ApiVersion: '1.44', Os: 'linux', Arch: 'amd64' });
  engine.json('GET /containers/json', [
    {
      ...{ Id: 'c0ffee', Names: ['/web'], Image: 'nginx', ImageID: 'i', Created: 0 },
      ...{ Command: 'serve --key command-secret', State: 'running', Status: 'Up' },
      Labels: { owner: 'label-secret' },
    },
  ]);
  const home = await temporaryDirectory();
  const host = {
    ...createHost({ home }),
    engine: createEngineClient(engine.socketPath),
    credentials: createCredentialStore(join(home, 'docker', 'config.json')),
  };
  const { paths } = host;
  await mkdir(paths.directory, { recursive: true });
  const lines = Object.values(planted).join('\n');
  await writeFile(`${paths.supervisorLog}.1`, `before the log was rotated\n${lines}`);
  await writeFile(paths.supervisorLog, `${homedir()}/x\n${lines}`);
  for (const log of ['app.log', 'cli.log'])
    await writeFile(join(home, log), `${log} says\n${lines}`);
  await writeFile(paths.console, `berth: init\n${lines}`);
  await writeFile(paths.clientKey, Object.keys(planted).join('\n'));
  await writeFile(join(home, 'config.json'), lines);
  const machine = {
    ...host.machine,
    status: async () => runningStatus,
    inGuest: async () => ({ code: 0, stdout: lines, stderr: '' }),
  };
  await mkdir(join(home, 'crashes', 'completed'), { recursive: true });
  await writeFile(join(home, 'crashes', 'completed', 'a1.dmp'), 'MDMP of the page');
  const odd = 'o"d/d@\'';
  await host.settings.update({
    proxy: { http: 'http://me:settings-p\'"ass@[::1]:9', exclude: ['corp.example'] },
  });
  const path = join(home, 'bundle.tar.gz');
  const written = await writeDiagnostics({ ...host, machine }, path, {
    version: '9.9.9',
    environment: {
      ...{ ...process.env, HTTPS_PROXY: 'http://me:proxy-pass@[::1]:9', AWS_KEY: 'x-env' },
      ...{ HTTP_PROXY: 'me:bare-pass@[::1]:9', all_proxy: `socks5://me:${odd}odd-pass@[::1]:9` },
    },
  });

  expect(written).toEqual({ crashDumps: 1 });
  expect((await stat(path)).mode & 0o777).toBe(ownerOnly);
  expect((await readdir(home)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  const files = await unpack(path);
  const everything = Object.values(files).join('\n');
  const others = ['command-secret', 'label-secret', 'x-env', 'settings-p', 'bare-pass', 'odd-pass'];
  for (const secret of [...Object.keys(planted), ...others]) {
    expect(everything).not.toContain(secret);
  }
  expect(everything).toContain('~/x');
  expect(everything).not.toContain(`${homedir()}/x`);
  if (userInfo().username !== 'root') expect(everything).not.toContain(userInfo().username);
  expect(JSON.parse(files['computer.json'] ?? '')).toMatchObject({ berth: '9.9.9' });
  expect(JSON.parse(files['settings.json'] ?? '')).toMatchObject({
    proxy: { http: 'http://[removed]@[::1]:9', exclude: ['corp.example'] },
  });
  expect(JSON.parse(files['containers.json'] ?? '')).toMatchObject([{ Names: ['/web'] }]);
  expect(JSON.parse(files['doctor.json'] ?? '')).toContainEqual(
    expect.objectContaining({ name: 'proxy', status: 'fail' }),
  );
  expect(files['supervisor.log.1']).toContain('before the log was rotated');
  for (const log of ['app.log', 'cli.log']) expect(files[log]).toContain(`${log} says`);
  expect(files['console.log']).toContain('berth: init');
  expect(files['hypervisor.log']).toContain('Not available');
  expect(files['crashes/a1.dmp']).toBe('MDMP of the page');
  expect(JSON.parse(files['crashes.json'] ?? '')).toMatchObject([{ name: 'a1.dmp', size: 16 }]);

  const without = { version: '9.9.9', environment: {}, crashDumps: false };
  expect(await writeDiagnostics({ ...host, machine }, path, without)).toEqual({ crashDumps: 0 });
  expect(await unpack(path)).not.toHaveProperty('crashes/a1.dmp');
}, 20_000);

test.each([
  ...['a.', 'a-', '-a', 'eyJa-', 'token', '"token', 'token-', '"Env":["Env":[', 'key="', "token:'"],
  ...['http://', 'a@', '-----BEGIN ', 'Authorization: ', '--token ', ' '],
])('a long log of %j, which someone wrote to be slow, is redacted all the same', (part) => {
  const line = ` password=${'x'.repeat(8)} `;
  expect(redact(`${line}${part.repeat(500_000 / part.length)}`)).toMatch(/^ password=\[removed\] /);
});

test('a truncated environment is removed up to its end', () => {
  expect(redact('{"Env":["A=geheim1","B=geheim2')).toBe('{"Env":["[removed]"]');
});
