import { afterEach, beforeEach, expect, it } from 'vitest';
import { StandInCluster } from '../../testing/stand-in-cluster.ts';

let cluster: StandInCluster;

beforeEach(async () => {
  cluster = await StandInCluster.start();
});

afterEach(() => cluster[Symbol.asyncDispose]());

async function ask(path: string, spec: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${cluster.url}/apis/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ spec }),
  });
  return { code: response.status, ...((await response.json()) as Record<string, unknown>) };
}

const PERMISSION = 'authorization.k8s.io/v1';
const secrets = { namespace: 'shop', verb: 'list', resource: 'secrets' };
const asJane = { 'Impersonate-User': 'jane' };

it('reviews what the sender may do', async () => {
  const path = `${PERMISSION}/selfsubjectaccessreviews`;
  expect(await ask(path, { resourceAttributes: secrets })).toMatchObject({
    ...{ code: 201, kind: 'SelfSubjectAccessReview', apiVersion: PERMISSION },
    ...{ spec: { resourceAttributes: secrets }, status: { allowed: true } },
  });
  expect(await ask(path, { resourceAttributes: secrets }, asJane)).toMatchObject({
    status: { allowed: false },
  });
  const version = { nonResourceAttributes: { verb: 'get', path: '/version' } };
  expect(await ask(path, version, asJane)).toMatchObject({ status: { allowed: true } });
  const masters = { ...asJane, 'Impersonate-Group': 'system:masters' };
  const other = { nonResourceAttributes: { verb: 'post', path: '/anything' } };
  expect(await ask(path, other, masters)).toMatchObject({ status: { allowed: true } });
  expect(await ask(path, {})).toMatchObject({ code: 400, reason: 'BadRequest' });
});

it('reviews what others may do, in one namespace too', async () => {
  const spec = { user: 'jane', groups: ['system:masters'], resourceAttributes: secrets };
  const everywhere = `${PERMISSION}/subjectaccessreviews`;
  expect(await ask(everywhere, spec)).toMatchObject({ code: 201, status: { allowed: true } });
  expect(await ask(everywhere, { ...spec, groups: [] })).toMatchObject({
    status: { allowed: false },
  });
  expect(await ask(everywhere, { resourceAttributes: secrets })).toMatchObject({
    ...{ code: 400, message: 'at least one of user or group must be specified' },
  });
  expect(await ask(everywhere, spec, asJane)).toMatchObject({ code: 403 });
  const local = (namespace: string) =>
    `${PERMISSION}/namespaces/${namespace}/localsubjectaccessreviews`;
  expect(await ask(local('shop'), spec)).toMatchObject({ status: { allowed: true } });
  expect(await ask(local('default'), spec)).toMatchObject({ code: 400 });
});

it('a token that isn’t valid belongs to nobody', async () => {
  const path = 'authentication.k8s.io/v1/tokenreviews';
  expect(await ask(path, { token: 'wrong' })).toMatchObject({
    ...{ code: 201, status: { authenticated: false, error: 'invalid bearer token' } },
  });
  expect(await ask(path, {})).toMatchObject({ code: 400 });
});

it('answers, and stores nothing', async () => {
  const response = await fetch(`${cluster.url}/apis/${PERMISSION}/subjectaccessreviews`);
  expect(response.status).toBe(405);
});
