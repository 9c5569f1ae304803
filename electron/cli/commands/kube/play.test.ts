import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { persistentVolumeClaims, pods } from '../../../../guest-agent/kube/objects/resources.ts';
import { KubeSetup } from '../../testing/kube-setup.ts';

let setup: KubeSetup;

beforeEach(async () => {
  setup = await KubeSetup.start();
});

afterEach(() => setup.close());

const APP = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings}
    data: {mode: "0644"}
  - apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`;

it('runs manifests on Berth’s engine, lists them, and removes them', async () => {
  const file = await setup.file(APP);
  const played = await setup.kube(['play', file]);
  expect(played.stderr.split('\n').slice(0, 3)).toEqual([
    ' ConfigMap settings  Created',
    ' PersistentVolumeClaim data  Created',
    ' Deployment web  Created',
  ]);
  expect(played.stderr).not.toContain('Using context');
  expect(played.exitCode).toBe(0);

  const { stdout } = await setup.kube(['ps']);
  const lines = stdout.split('\n').map((line) => line.replace(/ {2,}/g, '  ').trim());
  expect(lines[0]).toBe('NAME  READY  STATUS  RESTARTS  AGE  IMAGES');
  expect(lines[1]).toMatch(/^deployment\/web {2}1\/1 {2}Running {2}0 {2}.+ {2}nginx$/);
  expect(lines[2]).toMatch(/^pod\/web-\S+ {2}1\/1 {2}Running {2}0 {2}.+ {2}nginx$/);
  const format = '{{.Kind}} {{.Name}} {{.Ready}}';
  expect((await setup.kube(['ps', '-A', '--format', format])).stdout).toMatch(
    /^Deployment web 1\/1\nPod web-\S+ 1\/1\n$/,
  );

  const down = await setup.kube(['down', file]);
  expect(down.stderr).toContain(' Deployment web  Removed\n');
  expect(setup.cluster.objects.list(pods, 'default')).toEqual([]);
  expect(setup.cluster.objects.list(persistentVolumeClaims, 'default')).toHaveLength(1);
  const again = await setup.kube(['down', '--volumes', '-f', file]);
  expect(again.stderr).toContain(' Deployment web  Not found\n');
  expect(again.exitCode).toBe(0);
  expect(setup.cluster.objects.list(persistentVolumeClaims, 'default')).toEqual([]);
});

it('reads standard input and folders', async () => {
  const pod = (name: string) =>
    `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "${name}"}, "spec": {"containers": [{"name": "a", "image": "nginx"}]}}`;
  expect((await setup.kube(['play', '-'], { stdin: pod('one') })).exitCode).toBe(0);
  const folder = join(setup.directory, 'folder');
  await mkdir(folder);
  await setup.file(pod('two'), 'folder/two.json');
  await setup.file('not a manifest', 'folder/readme.txt');
  expect((await setup.kube(['play', folder])).exitCode).toBe(0);
  const names = setup.cluster.objects.list(pods, 'default').map(({ metadata }) => metadata.name);
  expect(names).toEqual(['one', 'two']);
  await setup.file('resources: []', 'folder/kustomization.yaml');
  const refused = await setup.kube(['play', folder]);
  expect(refused.stderr).toContain('kubectl kustomize DIR | berth kube play -');
});

it('--replace recreates the objects', async () => {
  const file = await setup.file(APP);
  await setup.kube(['play', file]);
  const [before] = setup.cluster.objects.list(pods, 'default');
  expect((await setup.kube(['play', '--replace', file])).exitCode).toBe(0);
  const after = setup.cluster.objects.list(pods, 'default');
  expect(after).toHaveLength(1);
  expect(after[0]?.metadata.uid).not.toBe(before?.metadata.uid);
});

it('reports all mistakes of a file with their lines, and creates nothing', async () => {
  const file = await setup.file(`apiVersion: v1
kind: ConfigMap
metadata: {}
---
kind: Pod
metadata: {name: web}
---
- a list
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
`);
  const { exitCode, stderr } = await setup.kube(['play', file]);
  expect(stderr.split('\n')).toEqual([
    `berth: ${file}:3:1: metadata.name is missing`,
    `${file}:5:1: apiVersion is missing`,
    `${file}:8:1: this is not a Kubernetes object: it must be a mapping`,
    `${file}:16:12: ConfigMap "a" is also in ${file}:12`,
    '',
  ]);
  expect(exitCode).toBe(1);
  expect(setup.cluster.requests.filter((each) => each.startsWith('patch'))).toEqual([]);
});

it('marks a kind that the cluster doesn’t have', async () => {
  const file = await setup.file('apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n');
  const { stderr } = await setup.kube(['play', file]);
  expect(stderr).toContain(
    `${file}:2:1: Thing "a": the cluster has no kind "Thing" in example.com/v1`,
  );
});

it('watches on after the cluster has forgotten the version', async () => {
  setup.cluster.faults.add({ resource: 'pods', verb: 'watch', kind: 'delay', delayMs: 300 });
  const file = await setup.file(APP);
  const playing = setup.kube(['play', file]);
  const timer = setInterval(() => setup.cluster.expireWatches(), 50);
  try {
    expect(await playing).toMatchObject({ exitCode: 0 });
  } finally {
    clearInterval(timer);
  }
});
