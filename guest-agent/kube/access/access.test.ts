import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Action } from '../api/rights.ts';
import { Objects } from '../objects/objects.ts';
import {
  clusterRoleBindings,
  clusterRoles,
  pods,
  roleBindings,
  roles,
  serviceAccounts,
} from '../objects/resources.ts';
import { isAllowed } from './authorize.ts';
import { podAccess } from './pod-access.ts';
import { rightsOf } from './rights.ts';
import { ownerRights, podRights } from './sign-in.ts';
import { Tokens } from './tokens.ts';
import { accountUser } from './user.ts';
import { usersOf } from './users.ts';

const account = { namespace: 'shop', name: 'reader' };
const user = accountUser(account);
const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const apiGroup = 'rbac.authorization.k8s.io';
const subjects = [{ kind: 'ServiceAccount', ...account }];

let objects: Objects;
beforeEach(() => {
  objects = new Objects();
});

afterEach(() => vi.useRealTimers());

const may = (verb: string, resource: string, more: Partial<Action> = {}) =>
  isAllowed(objects, user, { verb, group: '', resource, namespace: 'shop', ...more });

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
  expect(tokens.check(token)).toMatchObject(account);
  expect(tokens.check(issue({ audiences: [ISSUER] }) ?? '')).toMatchObject(account);
  expect(tokens.check(issue({ audiences: ['vault'] }) ?? '')).toBeUndefined();
  expect(tokens.check(issue({ seconds: -1 }) ?? '')).toBeUndefined();
  expect(tokens.check(`${token}x`)).toBeUndefined();
  expect(tokens.check('abc')).toBeUndefined();
  expect(new Tokens(objects, '11'.repeat(32)).check(token)).toBeUndefined();
  await objects.remove(pods, { namespace: 'shop', name: 'web' });
  expect(tokens.check(token)).toBeUndefined();
});

const bind = (role: string) =>
  objects.create(roleBindings, {
    metadata: { name: role, namespace: 'shop' },
    ...{ subjects, roleRef: { apiGroup, kind: 'ClusterRole', name: role } },
  });

it('lets nobody give rights that they do not have', async () => {
  const { checkGrants } = rightsOf(objects, user);
  const metadata = { name: 'more', namespace: 'shop' };
  const role = (resource: string, verb = 'get') => ({
    metadata,
    rules: [{ apiGroups: [''], resources: [resource], verbs: [verb] }],
  });
  const binding = (kind: string, name: string) => ({
    metadata,
    ...{ subjects, roleRef: { apiGroup, kind, name } },
  });
  await bind('admin');
  checkGrants(roles, role('pods', 'delete'));
  checkGrants(roleBindings, binding('ClusterRole', 'edit'));
  const whole = { metadata, rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] };
  for (const grant of [
    () => checkGrants(roles, whole),
    () => checkGrants(roles, role('pods', '*')),
    () => checkGrants(roles, role('nodes')),
    () => checkGrants(clusterRoles, role('pods')),
    () => checkGrants(roleBindings, binding('ClusterRole', 'cluster-admin')),
    () => checkGrants(roleBindings, binding('Role', 'not-there-yet')),
    () => checkGrants(clusterRoleBindings, binding('ClusterRole', 'view')),
  ]) {
    expect(grant).toThrow('is attempting to grant RBAC permissions not currently held');
  }
  const rules = [{ apiGroups: [apiGroup], resources: ['clusterroles'], verbs: ['bind'] }];
  await objects.create(clusterRoles, { metadata: { name: 'binder' }, rules });
  await bind('binder');
  checkGrants(roleBindings, binding('ClusterRole', 'cluster-admin'));
});

it('the role edit leaves to the cluster what redirects Services', async () => {
  await bind('edit');
  expect(may('update', 'services')).toBe(true);
  expect(may('get', 'secrets')).toBe(true);
  expect(may('get', 'endpoints')).toBe(true);
  expect(may('update', 'endpoints')).toBe(false);
  expect(may('update', 'endpointslices', { group: 'discovery.k8s.io' })).toBe(false);
  expect(may('update', 'pods/status')).toBe(false);
  expect(may('create', 'rolebindings', { group: apiGroup })).toBe(false);
});

it('a pod signs in only with a valid token, and as nobody else', async () => {
  const tokens = new Tokens(objects, '00'.repeat(32));
  const signIn = podRights(objects, tokens);
  await objects.create(serviceAccounts, { metadata: { ...account } });
  const authorization = `Bearer ${tokens.issue({ ...account, seconds: 600 })?.token}`;
  expect(signIn({ authorization }).user).toBe('system:serviceaccount:shop:reader');
  for (const wrong of [undefined, '', 'Bearer', 'Bearer x.y.z', `${authorization}x`]) {
    expect(() => signIn({ ...(wrong !== undefined && { authorization: wrong }) })).toThrow(
      'Unauthorized',
    );
  }
  expect(() => signIn({ authorization, 'impersonate-user': 'admin' })).toThrow(
    'cannot impersonate',
  );
});

it('the user of the engine may do everything, or what another user may', async () => {
  const signIn = ownerRights(objects);
  const action = { verb: 'list', group: '', resource: 'pods', namespace: 'shop' };
  expect(signIn({})).toBeUndefined();
  const name = 'system:serviceaccount:shop:reader';
  expect(signIn({ 'impersonate-user': name })?.may(action)).toBe(false);
  await bind('view');
  expect(signIn({ 'impersonate-user': name })?.may(action)).toBe(true);
  expect(signIn({ 'impersonate-user': 'jane' })?.may(action)).toBe(false);
  const masters = { 'impersonate-user': 'jane', 'impersonate-group': 'system:masters' };
  expect(signIn(masters)?.may(action)).toBe(true);
});

it('a pod gets a new token before the last one ends', async () => {
  vi.useFakeTimers({ now: new Date('2030-01-01') });
  const tokens = new Tokens(objects, '00'.repeat(32));
  await objects.create(serviceAccounts, { metadata: { ...account } });
  const spec = { containers: [], serviceAccountName: 'reader' };
  const pod = await objects.create(pods, { metadata: { namespace: 'shop', name: 'web' }, spec });
  using access = podAccess(objects, tokens, { certificate: 'PEM' });
  const wish = { seconds: 3600, audience: 'vault' };
  const first = access.token(pod, wish);
  vi.advanceTimersByTime(40 * 60_000);
  expect(access.needsRenewal(pod.metadata.uid)).toBe(false);
  expect(access.token(pod, wish)).toBe(first);
  vi.advanceTimersByTime(9 * 60_000);
  expect(access.needsRenewal(pod.metadata.uid)).toBe(true);
  expect(access.token(pod, wish)).not.toBe(first);
  expect(access.needsRenewal(pod.metadata.uid)).toBe(false);
  const own = access.token(pod);
  expect(tokens.check(own ?? '')).toMatchObject(account);
  vi.advanceTimersByTime(25 * 3600_000);
  expect(access.token(pod)).not.toBe(own);
  await objects.remove(serviceAccounts, account);
  vi.advanceTimersByTime(25 * 3600_000);
  expect(access.token(pod)).toBeUndefined();
});

it('knows whose token it is, for which audience and in which pod', async () => {
  const tokens = new Tokens(objects, '00');
  const created = await objects.create(serviceAccounts, { metadata: account });
  const pod = await objects.create(pods, { metadata: { name: 'web', namespace: 'shop' } });
  const { uid } = pod.metadata;
  const wish = { ...account, seconds: 600, pod: { name: 'web', uid }, audiences: ['vault'] };
  const { token = '' } = tokens.issue(wish) ?? {};
  const users = usersOf(objects, tokens);
  expect(users.ofToken(token, ['vault', 'other'])).toEqual({
    user: {
      name: 'system:serviceaccount:shop:reader',
      uid: created.metadata.uid,
      groups: [
        ...['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
      ],
      extra: {
        'authentication.kubernetes.io/pod-name': ['web'],
        'authentication.kubernetes.io/pod-uid': [uid],
      },
    },
    audiences: ['vault'],
  });
  expect(users.ofToken(token)).toBeUndefined();
  expect(users.ofToken(`${token}x`, ['vault'])).toBeUndefined();
});
