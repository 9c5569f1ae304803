import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Service } from 'kubernetes-types/core/v1.js';
import { beforeAll, expect, inject, it } from 'vitest';
import { kubectlProgram } from '../../guest-agent/kube/testing/kubectl-program.ts';
import { packLayer } from '../../vm-image/starter/layer.ts';
import { boxLayer, imageOf, pushImages } from '../conformance/images.ts';
import { programFiles } from '../fixtures/program-files.ts';
import { ask, type Cluster, isReady, openCluster } from './cluster.ts';

/* Pods that use the API of their cluster, with Kubernetes' own client. */

let cluster: Cluster;
let image: string;

beforeAll(async () => {
  cluster = await openCluster();
  const { host, guestHost } = inject('nativeEngine').registry;
  const kubectl = await packLayer([
    ...(await programFiles(await kubectlProgram(), 'bin/kubectl')),
    { type: 'directory', name: 'tmp', mode: 0o777 },
  ]);
  const directory = await mkdtemp(join(tmpdir(), 'berth-images-'));
  try {
    const layers = [await boxLayer(), kubectl];
    await pushImages(directory, host, { 'kube-client': imageOf(layers, { Cmd: ['sh'] }) });
  } finally {
    await rm(directory, { recursive: true });
  }
  image = `${guestHost}/kube-client:1`;
}, 300_000);

const MINE = '/var/run/secrets/kubernetes.io/serviceaccount';
const ACCESS = 'apis/rbac.authorization.k8s.io/v1/namespaces/default';
const quiet = { terminationGracePeriodSeconds: 0 };

/** What a pod with these commands says. */
async function said(name: string, commands: readonly string[], more: object = {}): Promise<string> {
  const args = ['sh', '-c', ['exec 2>&1', ...commands, 'echo done; exec sleep 1000'].join('\n')];
  const env = [{ name: 'HOME', value: '/tmp' }];
  const containers = [{ name: 'main', image, args, env }];
  await cluster.createPod(name, { ...quiet, ...more, containers });
  await cluster.until(name, isReady);
  await expect.poll(() => cluster.log(name), { timeout: 90_000 }).toContain('done\n');
  return cluster.log(name);
}

it('a pod signs in with its account, and may do what its roles say', async () => {
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }];
  const metadata = { name: 'pod-reader' };
  await cluster.ask('POST', `/${ACCESS}/roles`, { metadata, rules });
  await cluster.ask('POST', `/${ACCESS}/rolebindings`, {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'pod-reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
  });
  const text = await said('asker', [
    `ls ${MINE}; cat ${MINE}/namespace; echo`,
    'kubectl get pods -o name',
    `kubectl --server https://kubernetes.default.svc --certificate-authority ${MINE}/ca.crt --token "$(cat ${MINE}/token)" get pod asker -o name`,
    'kubectl get secrets',
    'kubectl auth can-i list pods; kubectl auth can-i delete pods',
    'kubectl --token wrong get pods',
  ]);
  const lines = text.split('\n');
  expect(lines.slice(0, 6)).toEqual([
    ...['ca.crt', 'namespace', 'token', 'default', 'pod/asker', 'pod/asker'],
  ]);
  expect(text).toContain(
    'secrets is forbidden: User "system:serviceaccount:default:default" cannot list resource "secrets" in API group "" in the namespace "default"',
  );
  expect(text).toContain('yes\nno\n');
  expect(text).toContain('You must be logged in to the server');
  await cluster.removePod('asker');
});

it('a pod that doesn’t want its account has no token', async () => {
  const text = await said('plain', [`ls ${MINE}`], { automountServiceAccountToken: false });
  expect(text).toContain('No such file');
  await cluster.removePod('plain');
});

it('a pod that may create roles can’t give itself more than it has', async () => {
  const apiGroup = 'rbac.authorization.k8s.io';
  const metadata = { name: 'binder' };
  const rules = [
    { apiGroups: [apiGroup], resources: ['roles', 'rolebindings'], verbs: ['create', 'get'] },
  ];
  await cluster.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata });
  await cluster.ask('POST', `/${ACCESS}/roles`, { metadata, rules });
  await cluster.ask('POST', `/${ACCESS}/rolebindings`, {
    metadata,
    roleRef: { apiGroup, kind: 'Role', name: 'binder' },
    subjects: [{ kind: 'ServiceAccount', name: 'binder', namespace: 'default' }],
  });
  const text = await said(
    'climber',
    [
      'kubectl create rolebinding all --clusterrole cluster-admin --serviceaccount default:binder',
      'kubectl create role all --verb get --resource secrets',
      `kubectl create role mine --verb get --resource roles.${apiGroup}`,
      'kubectl get secrets',
    ],
    { serviceAccountName: 'binder' },
  );
  expect(text.match(/is attempting to grant RBAC permissions not currently held/g)).toHaveLength(2);
  expect(text).toContain(`role.${apiGroup}/mine created`);
  expect(text).toContain('cannot list resource "secrets"');
  await cluster.removePod('climber');
});

it('a token ends with its pod, and containers that aren’t pods can’t reach the API', async () => {
  const read = `cat ${MINE}/token; echo`;
  const [token = ''] = (await said('owner', [read])).split('\n');
  const lines = await said('thief', [`kubectl --token ${token} auth can-i get nodes`]);
  expect(lines).toMatch(/^no$/m);
  const { socket } = inject('nativeEngine');
  const path = '/api/v1/namespaces/default/services/kubernetes';
  const { spec } = await cluster.ask<Service>('GET', path);
  const asked = `kubectl --server https://${spec?.clusterIP} --insecure-skip-tls-verify --token ${token} --request-timeout 4s get pods`;
  expect(await ran(socket, `${asked} 2>&1`, 'bridge')).toMatch(
    /timeout|refused|deadline|no route/i,
  );
  await cluster.removePod('owner');
  const after = await said('late', [`kubectl --token ${token} auth can-i get nodes`]);
  expect(after).toContain('You must be logged in to the server');
  for (const name of ['thief', 'late']) await cluster.removePod(name);
});

/** What a container that isn't a pod says. */
async function ran(socket: string, script: string, network: string): Promise<string> {
  const request = {
    ...{ Image: image, Cmd: ['sh', '-c', script], Env: ['HOME=/tmp'], Tty: true },
    HostConfig: { NetworkMode: network },
  };
  const { Id } = JSON.parse(await ask(socket, 'POST', '/containers/create', request));
  await ask(socket, 'POST', `/containers/${Id}/start`);
  await ask(socket, 'POST', `/containers/${Id}/wait`);
  const log = await ask(socket, 'GET', `/containers/${Id}/logs?stdout=true&stderr=true`);
  await ask(socket, 'DELETE', `/containers/${Id}?force=true`);
  return log;
}
