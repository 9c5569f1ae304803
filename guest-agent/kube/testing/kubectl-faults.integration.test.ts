import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Kubectl, lineWith } from './kubectl.ts';
import { StandInCluster } from './stand-in-cluster.ts';

/* What kubectl makes of the refusals of the API, and of watches that can't continue. */

let cluster: StandInCluster;
let kubectl: Kubectl;

beforeAll(async () => {
  cluster = await StandInCluster.start();
  kubectl = await Kubectl.open(cluster.kubeconfig());
}, 600_000);

afterEach(() => cluster.faults.clear());

afterAll(async () => {
  await kubectl?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

it.each([
  ['unauthorized', 'You must be logged in to the server'],
  ['forbidden', 'Error from server (Forbidden): configmaps is forbidden: User "developer" cannot'],
] as const)('says that a request is %s', async (kind, words) => {
  cluster.faults.add({ resource: 'configmaps', kind });
  const { code, stderr } = await kubectl.run('get configmaps');
  expect(stderr).toContain(words);
  expect(code).toBe(1);
});

it('waits as a busy server says, and repeats the request', async () => {
  await kubectl.said('create configmap busy');
  const before = cluster.requests.length;
  cluster.faults.add({ resource: 'configmaps', kind: 'too-many-requests', times: 1 });
  const began = performance.now();
  expect(await kubectl.said('get configmap busy -o name')).toBe('configmap/busy');
  expect(performance.now() - began).toBeGreaterThan(1000);
  const asked = cluster.requests.slice(before).filter((each) => each === 'get configmaps');
  expect(asked).toHaveLength(2);
});

it('refuses to replace a version that is no longer the newest', async () => {
  await kubectl.said('create configmap shared --from-literal=a=1');
  const old = await kubectl.said('get configmap shared -o yaml');
  await kubectl.said('label configmap shared changed=yes');
  const { code, stderr } = await kubectl.run(`replace -f ${await kubectl.manifest('shared', old)}`);
  expect(code).toBe(1);
  expect(stderr).toContain('Error from server (Conflict): ');
  expect(stderr).toContain(
    'Operation cannot be fulfilled on configmaps "shared": the object has been modified',
  );
});

it('apply repeats a change that met another one', async () => {
  const file = await kubectl.manifest('met', config('1'));
  await kubectl.said(`apply -f ${file}`);
  cluster.faults.add({ verb: 'patch', resource: 'configmaps', kind: 'conflict', times: 2 });
  await kubectl.manifest('met', config('2'));
  expect(await kubectl.said(`apply -f ${file}`)).toBe('configmap/met configured');
  expect(await kubectl.said("get configmap met -o 'jsonpath={.data.a}'")).toBe('2');
});

it('a rollout is followed to its end, although the server forgets its versions', async () => {
  await kubectl.said('create deployment web --image=broken:1');
  const status = kubectl.start('rollout status deployment/web --timeout=60s');
  await lineWith(status, 'Waiting for deployment "web" rollout to finish');
  const forgetting = setInterval(() => cluster.expireWatches(), 20);
  const finished = lineWith(status, 'successfully rolled out');
  try {
    await kubectl.said('set image deployment/web broken=web:2');
    expect(await finished).toBe('deployment "web" successfully rolled out');
  } finally {
    clearInterval(forgetting);
    status.kill();
  }
});

it('a watch from a forgotten version ends with 410, and one that begins has a bookmark', async () => {
  const list = JSON.parse(await kubectl.said('get --raw /api/v1/namespaces/default/configmaps'));
  await kubectl.said('create configmap later');
  cluster.expireWatches();
  const watch = '/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=1';
  const events = async (query: string) =>
    (await kubectl.said(`get --raw ${watch}&${query}`))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const { resourceVersion } = list.metadata;
  expect(await events(`resourceVersion=${resourceVersion}`)).toMatchObject([
    { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
  ]);
  const begun = await events(
    'sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan',
  );
  expect(begun.map(({ type }) => type)).toContain('ADDED');
  expect(begun.at(-1)).toMatchObject({
    type: 'BOOKMARK',
    object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
  });
});

const config = (value: string) => `apiVersion: v1
kind: ConfigMap
metadata: {name: met}
data: {a: "${value}"}
`;
