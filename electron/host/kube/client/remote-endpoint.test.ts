import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KubeContext } from '../contexts/contexts.ts';
import { parseKubeconfig } from '../contexts/kubeconfig.ts';
import { remoteEndpoint } from './remote-endpoint.ts';

const context: KubeContext = {
  ...{ name: 'prod', cluster: 'prod', user: 'me', namespace: 'default' },
  ...{ server: 'https://prod', isLocal: false, isCurrent: true },
};

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-endpoint-'));
});

afterEach(() => rm(directory, { recursive: true }));

const configOf = (user: object) =>
  parseKubeconfig(
    JSON.stringify({
      clusters: [{ name: 'prod', cluster: { server: 'https://prod/' } }],
      users: [{ name: 'me', user }],
    }),
    'config',
  );

const accessOf = async (user: object) => {
  const endpoint = await remoteEndpoint(context, configOf(user));
  expect(endpoint.server).toBe('https://prod');
  return endpoint.access();
};

it('signs in with a token, with a password, and with a program', async () => {
  expect((await accessOf({ token: 'abc' })).headers).toEqual({ authorization: 'Bearer abc' });
  const basic = Buffer.from('jane:pw').toString('base64');
  expect((await accessOf({ username: 'jane', password: 'pw' })).headers).toEqual({
    authorization: `Basic ${basic}`,
  });
  // The program answers with a part of what Berth says about the request.
  const script = `const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    console.log(JSON.stringify({ status: { token: info.kind + process.env.EXTRA } }));`;
  const exec = {
    command: process.execPath,
    args: ['-e', script],
    env: [{ name: 'EXTRA', value: '!' }],
    apiVersion: 'client.authentication.k8s.io/v1',
  };
  expect((await accessOf({ exec })).headers).toEqual({ authorization: 'Bearer ExecCredential!' });
});

it('names a program that is missing, with its hint, and shows what a program says', async () => {
  const exec = { command: join(directory, 'aws'), installHint: 'Install the AWS CLI.' };
  await expect(accessOf({ exec })).rejects.toMatchObject({
    code: 'missing-program',
    message: expect.stringContaining("isn't installed or isn't in PATH"),
    hint: 'Install the AWS CLI.',
  });
  const args = ['-e', 'console.error("log in first"); process.exit(1)'];
  await expect(accessOf({ exec: { command: process.execPath, args } })).rejects.toMatchObject({
    code: 'connection',
    message: expect.stringContaining(`can't sign in to context "prod"`),
    hint: 'log in first',
  });
});

it('a context without its cluster or user is incomplete', async () => {
  const config = configOf({});
  const without = { ...context, cluster: 'gone' };
  await expect(remoteEndpoint(without, config)).rejects.toThrow(
    'context "prod" of your kubeconfig is incomplete: its cluster "gone" isn\'t there',
  );
});
