import { beforeEach, expect, it } from 'vitest';
import { Objects } from '../objects/objects.ts';
import {
  clusterRoleBindings,
  clusterRoles,
  pods,
  roleBindings,
  roles,
  serviceAccounts,
} from '../objects/resources.ts';
import { type Action, isAllowed } from './authorize.ts';
import { Tokens } from './tokens.ts';

const account = { namespace: 'shop', name: 'reader' };
const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const apiGroup = 'rbac.authorization.k8s.io';
const subjects = [{ kind: 'ServiceAccount', ...account }];

let objects: Objects;
beforeEach(() => {
  objects = new Objects();
});

const may = (verb: string, resource: string, more: Partial<Action> = {}) =>
  isAllowed(objects, account, { verb, group: '', resource, namespace: 'shop', ...more });

it('allows what a Role of the namespace says, and nothing else', async () => {
  const rules = [
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['*'], resourceNames: ['settings'] },
  ];
  expect(may('get', 'pods')).toBe(false);
  await objects.create(roles, { metadata: { name: 'reader', namespace: 'shop' }, rules });
  await objects.create(roleBindings, {
    metadata: { name: 'reader', namespace: 'shop' },
    ...{ subjects, roleRef: { apiGroup, kind: 'Role', name: 'reader' } },
  });
  expect(may('get', 'pods')).toBe(true);
  expect(may('delete', 'pods')).toBe(false);
  expect(may('get', 'pods/log')).toBe(false);
  expect(may('get', 'pods', { namespace: 'default' })).toBe(false);
  expect(may('list', 'pods', { namespace: undefined })).toBe(false);
  expect(may('get', 'secrets')).toBe(false);
  expect(may('update', 'configmaps', { name: 'settings' })).toBe(true);
  expect(may('update', 'configmaps', { name: 'other' })).toBe(false);
  expect(may('list', 'configmaps')).toBe(false);
});

it('allows what a ClusterRole says, everywhere or in one namespace', async () => {
  await objects.create(roleBindings, {
    metadata: { name: 'view', namespace: 'shop' },
    ...{ subjects, roleRef: { apiGroup, kind: 'ClusterRole', name: 'view' } },
  });
  expect(may('list', 'deployments', { group: 'apps' })).toBe(true);
  expect(may('list', 'secrets')).toBe(false);
  expect(may('list', 'pods', { namespace: 'default' })).toBe(false);
  const rules = [{ apiGroups: ['*'], resources: ['nodes'], verbs: ['list'] }];
  await objects.create(clusterRoles, { metadata: { name: 'nodes' }, rules });
  const group = [{ kind: 'Group', apiGroup, name: 'system:serviceaccounts:shop' }];
  await objects.create(clusterRoleBindings, {
    metadata: { name: 'nodes' },
    ...{ subjects: group, roleRef: { apiGroup, kind: 'ClusterRole', name: 'nodes' } },
  });
  expect(may('list', 'nodes', { namespace: undefined })).toBe(true);
  await objects.create(clusterRoleBindings, {
    metadata: { name: 'all' },
    ...{ subjects, roleRef: { apiGroup, kind: 'ClusterRole', name: 'cluster-admin' } },
  });
  expect(may('delete', 'secrets', { namespace: undefined })).toBe(true);
});

it('a token is valid while its account and its pod exist, and for this API', async () => {
  const tokens = new Tokens(objects, '00'.repeat(32));
  const key = { ...account };
  expect(tokens.issue({ ...account, seconds: 600 })).toBeUndefined();
  await objects.create(serviceAccounts, { metadata: key });
  const pod = await objects.create(pods, { metadata: { namespace: 'shop', name: 'web' } });
  const { uid, name } = pod.metadata;
  const issue = (more: object = {}) => tokens.issue({ ...account, seconds: 600, ...more })?.token;
  const token = issue({ pod: { name, uid } }) ?? '';
  expect(tokens.check(token)).toEqual(account);
  expect(tokens.check(issue({ audiences: [ISSUER] }) ?? '')).toEqual(account);
  expect(tokens.check(issue({ audiences: ['vault'] }) ?? '')).toBeUndefined();
  expect(tokens.check(issue({ seconds: -1 }) ?? '')).toBeUndefined();
  expect(tokens.check(`${token}x`)).toBeUndefined();
  expect(tokens.check('abc')).toBeUndefined();
  expect(new Tokens(objects, '11'.repeat(32)).check(token)).toBeUndefined();
  await objects.remove(pods, { namespace: 'shop', name: 'web' });
  expect(tokens.check(token)).toBeUndefined();
});
