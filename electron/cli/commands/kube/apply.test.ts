import { afterEach, beforeEach, expect, it } from 'vitest';
import { configMaps, deployments } from '../../../../guest-agent/kube/objects/resources.ts';
import { KubeSetup } from '../../testing/kube-setup.ts';

let setup: KubeSetup;

beforeEach(async () => {
  setup = await KubeSetup.start();
});

afterEach(() => setup.close());

const config = (value: string) => `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: ${value}}
`;

const web = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "${image}"}]}
`;

const key = (name: string) => ({ namespace: 'default', name });

it('shows the difference, applies it and waits for the rollout', async () => {
  const file = await setup.file(`${config('info')}---\n${web('nginx:1')}`);
  const first = await setup.kube(['apply', '-f', file, '--yes']);
  expect(first.stdout).toContain('+++ configmap/settings\n');
  expect(first.stdout).toContain('2 to create, 0 to change, 0 unchanged\n');
  expect(first.stderr).toContain('Using context "stand-in"');
  expect(first.stderr).toMatch(/ Deployment web {2}2 pods are ready\n$/);
  expect(first.exitCode).toBe(0);

  await setup.file(`${config('debug')}---\n${web('nginx:1')}`);
  const second = await setup.kube(['apply', '-f', file, '--yes']);
  expect(second.stdout).toContain('-  level: info\n+  level: debug\n');
  expect(second.stdout).toContain('0 to create, 1 to change, 1 unchanged\n');
  expect(second.stderr).toContain(' Deployment web  Unchanged\n');
  expect(setup.cluster.objects.get(configMaps, key('settings'))?.data).toEqual({ level: 'debug' });
});

it('changes nothing without a terminal to confirm it on', async () => {
  const file = await setup.file(config('info'));
  const refused = await setup.kube(['apply', '-f', file]);
  expect(refused.stderr).toContain('which you must confirm');
  expect(refused.stderr).toContain('use --yes');
  expect(refused.exitCode).toBe(1);
  expect(setup.cluster.objects.get(configMaps, key('settings'))).toBeUndefined();
});

it('diff ends with 1 if something would change, and changes nothing', async () => {
  const file = await setup.file(config('info'));
  const { exitCode, stdout } = await setup.kube(['diff', '-f', file]);
  expect({ exitCode, stdout }).toMatchObject({ exitCode: 1 });
  expect(stdout).toContain('+  level: info\n');
  expect(setup.cluster.objects.get(configMaps, key('settings'))).toBeUndefined();
  await setup.kube(['apply', '-f', file, '--yes']);
  expect(await setup.kube(['diff', '-f', file])).toMatchObject({ exitCode: 0, stdout: '' });
});

it('never shows the values of secrets', async () => {
  const secret = (password: string) =>
    `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: ${password}}\n`;
  const file = await setup.file(secret('hunter2'));
  const first = await setup.kube(['apply', '-f', file, '--yes']);
  await setup.file(secret('swordfish'));
  const second = await setup.kube(['diff', '-f', file]);
  for (const { stdout } of [first, second]) {
    for (const password of ['hunter2', 'swordfish']) {
      expect(stdout).not.toContain(password);
      expect(stdout).not.toContain(Buffer.from(password).toString('base64'));
    }
  }
  expect(second.stdout).toContain('-  password: "*** (before)"\n+  password: "*** (after)"\n');
});

it('says why a rollout fails, and how to undo it; undo brings the old version back', async () => {
  const file = await setup.file(web('nginx:1'));
  await setup.kube(['apply', '-f', file, '--yes']);
  await setup.file(web('broken:2'));
  const failed = await setup.kube(['apply', '-f', file, '--yes']);
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toContain('berth: Deployment "web" can\'t start\n');
  expect(failed.stderr).toMatch(
    /pod web-\S+, container web: ImagePullBackOff: Back-off pulling image "broken:2"/,
  );
  expect(failed.stderr).toContain('berth kube --context stand-in rollout undo deployment/web');

  const history = await setup.kube(['rollout', 'history', 'deploy/web']);
  expect(history.stdout.split('\n').map((line) => line.replace(/ +/g, ' ').trim())).toEqual([
    'REVISION IMAGES CHANGE CAUSE',
    '1 nginx:1',
    '2 (current) broken:2',
    '',
  ]);
  const undone = await setup.kube(['rollout', 'undo', 'deploy/web']);
  expect(undone.stdout).toBe('deployment/web is back at revision 1 (nginx:1)\n');
  expect(undone.exitCode).toBe(0);
  const containers = setup.cluster.objects.get(deployments, key('web'))?.spec?.template.spec
    ?.containers;
  expect(containers?.map(({ image }) => image)).toEqual(['nginx:1']);
});

it('names the owner of a field that another program manages', async () => {
  const file = await setup.file(config('info'));
  const url = `${setup.cluster.url}/api/v1/namespaces/default/configmaps/settings?fieldManager=argocd`;
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };
  const body = JSON.stringify({ ...object, data: { level: 'warn' } });
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  expect((await fetch(url, { method: 'PATCH', headers, body })).ok).toBe(true);
  const refused = await setup.kube(['apply', '-f', file, '--yes']);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('.data.level: argocd');
  expect(refused.stderr).toContain('--force-conflicts');
  const forced = await setup.kube(['apply', '-f', file, '--yes', '--force-conflicts']);
  expect(forced.exitCode).toBe(0);
});

it('marks the line of a mistake that the cluster finds', async () => {
  const file = await setup.file(web('nginx').replace('replicas: 2', 'replica: 2'));
  const { exitCode, stderr } = await setup.kube(['apply', '-f', file, '--yes']);
  expect(stderr).toContain(`${file}:5:3: Deployment "web": unknown field "spec.replica"`);
  expect(exitCode).toBe(1);
});

it.each([
  ['unauthorized', "doesn't accept your sign-in"],
  [
    'forbidden',
    'user "developer" isn\'t allowed to list pods in namespace "default" (context "stand-in")',
  ],
  ['conflict', 'the object has been modified'],
  ['drop', '(context "stand-in") doesn\'t answer'],
] as const)('explains %s', async (kind, words) => {
  setup.cluster.faults.add({ resource: 'pods', kind });
  const { exitCode, stderr } = await setup.kube(['ps', '--context', 'stand-in']);
  expect(stderr).toContain(words);
  expect(exitCode).toBe(1);
});

it('waits as a busy cluster says', async () => {
  const file = await setup.file(config('info'));
  setup.cluster.faults.add({ resource: 'configmaps', kind: 'too-many-requests', times: 1 });
  const { exitCode, stderr } = await setup.kube(['apply', '-f', file, '--yes']);
  expect(stderr).toContain('The cluster is busy; trying again in 1 s\n');
  expect(exitCode).toBe(0);
});

it('a cluster that is gone, and contexts that don’t exist, are clear errors', async () => {
  const other = await setup.file(
    setup.cluster.kubeconfig().replaceAll(setup.cluster.url, 'http://127.0.0.1:1'),
    'other',
  );
  const env = { KUBECONFIG: other };
  const gone = await setup.kube(['ps', '--context', 'stand-in'], { env });
  expect(gone.stderr).toContain('nothing listens at http://127.0.0.1:1 (context "stand-in")');
  const unknown = await setup.kube(['ps', '--context', 'nosuch']);
  expect(unknown.stderr).toContain('context "nosuch" doesn\'t exist\nContexts: berth, stand-in\n');
});
