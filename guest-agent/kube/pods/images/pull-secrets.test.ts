import { expect, it } from 'vitest';
import { Objects } from '../../objects/objects.ts';
import { pods, secrets, serviceAccounts } from '../../objects/resources.ts';
import { pullCredentials } from './pull-secrets.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const config = (auths: object) => base64(JSON.stringify({ auths }));
const namespace = 'default';

async function credentialsFor(
  registry: string,
  podSecrets: string[],
  accountSecrets: string[] = [],
) {
  const objects = new Objects();
  const add = (name: string, key: string, text: string) =>
    objects.create(secrets, { metadata: { namespace, name }, data: { [key]: text } });
  await add(
    'hub',
    '.dockerconfigjson',
    config({ 'https://index.docker.io/v1/': { auth: base64('ann:a:b') } }),
  );
  await add(
    'own',
    '.dockerconfigjson',
    config({ 'reg.example:5000': { username: 'u', password: 'p' } }),
  );
  await add(
    'old',
    '.dockercfg',
    base64(JSON.stringify({ 'old.example': { auth: base64('o:p') } })),
  );
  await add('broken', '.dockerconfigjson', base64('{'));
  await objects.create(serviceAccounts, {
    metadata: { namespace, name: 'default' },
    imagePullSecrets: accountSecrets.map((name) => ({ name })),
  });
  const pod = await objects.create(pods, {
    metadata: { namespace, name: 'web' },
    spec: { containers: [], imagePullSecrets: podSecrets.map((name) => ({ name })) },
  });
  return pullCredentials(objects, pod, registry);
}

const password = (username: string, text: string) => ({
  kind: 'password',
  username,
  password: text,
});

it('finds the credentials for a registry in the secrets of the pod', async () => {
  const all = ['missing', 'broken', 'hub', 'own', 'old'];
  expect(await credentialsFor('docker.io', all)).toEqual(password('ann', 'a:b'));
  expect(await credentialsFor('reg.example:5000', all)).toEqual(password('u', 'p'));
  expect(await credentialsFor('old.example', all)).toEqual(password('o', 'p'));
  expect(await credentialsFor('other.example', all)).toBeUndefined();
});

it('uses the secrets of the service account too', async () => {
  expect(await credentialsFor('docker.io', [], ['hub'])).toEqual(password('ann', 'a:b'));
});
