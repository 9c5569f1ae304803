import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Kubectl, lineWith } from './kubectl.ts';
import { StandInCluster } from './stand-in-cluster.ts';

/*
 * Kubernetes' own client judges the API server, and so the stand-in cluster of other tests too.
 */

let cluster: StandInCluster;
let client: Kubectl;
const complaints: string[] = [];

beforeAll(async () => {
  cluster = await StandInCluster.start({ log: (message) => complaints.push(message) });
  client = await Kubectl.open(cluster.kubeconfig());
}, 600_000);

afterAll(async () => {
  await client?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

const kubectl: Kubectl['run'] = (line, options) => client.run(line, options);
const said: Kubectl['said'] = (line, options) => client.said(line, options);
const manifest = (name: string, text: string) => client.manifest(name, text);

const deployment = (name: string, image: string) => `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 2
  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      containers:
        - name: app
          image: ${image}
          ports: [{ containerPort: 80 }]
`;

describe('kubectl', () => {
  it('lists what the API offers', async () => {
    const listed = await said('api-resources');
    expect(listed).toMatch(/deployments +deploy +apps\/v1 +true +Deployment/);
    expect(await said('explain deployment.spec.strategy')).toContain('rollingUpdate');
    expect(await said('auth can-i create pods')).toBe('yes');
    expect(await said('get nodes -o name')).toBe('node/berth');
  });

  it('creates, reads and labels objects', async () => {
    expect(await said('create configmap one --from-literal=a=b')).toBe('configmap/one created');
    expect(await said("get configmap one -o 'jsonpath={.data.a}'")).toBe('b');
    await said('label configmap one tier=back');
    await said('annotate configmap one note=kept');
    expect(await said('get configmaps -l tier=back -o name')).toBe('configmap/one');
    expect(await said('get configmaps -l tier!=back,tier -o name')).toBe('');
    const again = await kubectl('create configmap one');
    expect(again).toMatchObject({ code: 1 });
    expect(again.stderr).toContain('configmaps "one" already exists');
  });

  it('applies on the client, shows differences, and applies on the server', async () => {
    const path = await manifest('app', deployment('app', 'app:1'));
    expect(await said(`apply -f ${path}`)).toBe('deployment.apps/app created');
    expect(await said(`apply -f ${path}`)).toBe('deployment.apps/app unchanged');
    await writeFile(path, deployment('app', 'app:2'));
    const difference = await kubectl(`diff -f ${path}`);
    expect(difference).toMatchObject({ code: 1 });
    expect(difference.stdout).toMatch(/^\+ +(- )?image: app:2$/m);
    await said(`apply --dry-run=server -f ${path}`);
    const image = "get deployment app -o 'jsonpath={.spec.template.spec.containers[0].image}'";
    expect(await said(image)).toBe('app:1');
    await said(`apply -f ${path}`);
    expect(await said(image)).toBe('app:2');
  });

  it('sees conflicts, and can force its fields', async () => {
    const path = await manifest('owned', deployment('owned', 'app:1'));
    await said(`apply --server-side --field-manager=first -f ${path}`);
    await writeFile(path, deployment('owned', 'app:2'));
    const refused = await kubectl(`apply --server-side --field-manager=second -f ${path}`);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain(
      'conflict with "first": .spec.template.spec.containers[name="app"].image',
    );
    await said(`apply --server-side --force-conflicts --field-manager=second -f ${path}`);
    // Fields that nobody wants any more go away.
    const without = deployment('owned', 'app:2').replace(/ +ports.*\n/, '');
    await writeFile(path, without);
    for (const manager of ['first', 'second']) {
      await said(`apply --server-side --force-conflicts --field-manager=${manager} -f ${path}`);
    }
    const ports = "get deployment owned -o 'jsonpath={.spec.template.spec.containers[0].ports}'";
    expect(await said(ports)).toBe('');
  });

  it('hears of mistakes at their fields', async () => {
    const typo = await manifest('typo', deployment('typo', 'app:1').replace('image:', 'imag:'));
    const unknown = await kubectl(`apply -f ${typo}`);
    expect(unknown.stderr).toContain('unknown field "spec.template.spec.containers[0].imag"');
    const other = deployment('wrong', 'app:1').replace('labels: { app', 'labels: { other');
    const wrong = await kubectl(`apply -f ${await manifest('wrong', other)}`);
    expect(wrong.stderr).toContain(
      'The Deployment "wrong" is invalid: spec.template.metadata.labels: Invalid value:',
    );
  });

  it('rolls out, back and scales', async () => {
    await said('create deployment web --image=web:1 --replicas=2');
    await said('rollout status deployment/web --timeout=60s');
    await said('set image deployment/web web=web:2');
    await said('rollout status deployment/web --timeout=60s');
    expect(await said('rollout history deployment/web')).toMatch(/^1 [\s\S]*^2 /m);
    await said('rollout undo deployment/web');
    await said('rollout status deployment/web --timeout=60s');
    const image = "get deployment web -o 'jsonpath={.spec.template.spec.containers[*].image}'";
    expect(await said(image)).toBe('web:1');
    await said('scale deployment/web --replicas=3');
    await said('wait --for=jsonpath={.status.readyReplicas}=3 deployment/web --timeout=60s');
    expect(await said('get deployment web')).toMatch(/web +3\/3 +3 +3/);
    expect(await said('get pods -l app=web -o wide')).toMatch(/1\/1 +Running .* berth /);
    expect(await said('describe deployment web')).toContain('ScalingReplicaSet');
    await said('set image deployment/web web=broken:1');
    const stuck = await kubectl('rollout status deployment/web --timeout=2s');
    expect(stuck.code).toBe(1);
  });

  it('says who somebody is, and what they may do', async () => {
    expect(await said('auth whoami')).toMatch(/Username +kubernetes-admin[\s\S]*system:masters/);
    expect(await said('auth can-i --list')).toMatch(/^\*\.\* +\[\] +\[\] +\[\*\]$/m);
    await said('create serviceaccount robot');
    await said('create role robot --verb get,list --resource pods --resource-name web');
    await said('create rolebinding robot --role robot --serviceaccount default:robot');
    const robot = '--as system:serviceaccount:default:robot';
    expect(await said(`auth whoami ${robot} -o yaml`)).toMatch(
      /groups:\n +- system:serviceaccounts\n +- system:serviceaccounts:default\n +- system:authenticated\n +username: system:serviceaccount:default:robot/,
    );
    const list = await said(`auth can-i --list ${robot}`);
    expect(list).toMatch(/^pods +\[\] +\[web\] +\[get list\]$/m);
    expect(list).toMatch(/^selfsubjectreviews\.authentication\.k8s\.io +\[\] +\[\] +\[create\]$/m);
    expect(list).toMatch(/^ +\[\/version\] +\[\] +\[get\]$/m);
    expect(list).not.toContain('*.*');
    expect(await kubectl(`auth can-i get pods ${robot}`)).toMatchObject({
      code: 1,
      stdout: 'no\n',
    });
    expect(await said(`auth can-i get pods/web ${robot}`)).toBe('yes');
    expect(await said(`auth can-i get /version ${robot}`)).toBe('yes');
    expect(await kubectl(`auth can-i get /metrics ${robot}`)).toMatchObject({ code: 1 });
    const review = await manifest(
      'review',
      `apiVersion: authorization.k8s.io/v1
kind: SubjectAccessReview
spec:
  user: system:serviceaccount:default:robot
  resourceAttributes: {namespace: default, verb: list, resource: pods, name: web}
`,
    );
    const allowed = "-o 'jsonpath={.status.allowed}'";
    expect(await said(`create -f ${review} ${allowed}`)).toBe('true');
    expect((await kubectl(`create -f ${review} ${robot}`)).stderr).toContain(
      'cannot create resource "subjectaccessreviews" in API group "authorization.k8s.io"',
    );
  });

  it('patches in all ways', async () => {
    await said('create configmap patched --from-literal=a=1');
    await said(`patch configmap patched --type=merge -p '{"data":{"b":"2"}}'`);
    await said(`patch configmap patched --type=json -p '[{"op":"remove","path":"/data/a"}]'`);
    await said(`patch configmap patched -p '{"data":{"c":"3"}}'`);
    expect(await said("get configmap patched -o 'jsonpath={.data}'")).toBe('{"b":"2","c":"3"}');
  });

  it('watches', async () => {
    const watching = client.start('get configmaps --watch -o name');
    const seen = lineWith(watching, 'configmap/watched');
    await said('create configmap watched');
    expect(await seen).toBe('configmap/watched');
    watching.kill();
  });

  it('deletes with and without what an object owns', async () => {
    await said('create deployment kept --image=web:1');
    await said('rollout status deployment/kept --timeout=60s');
    await said('delete deployment kept --cascade=orphan');
    expect(await said('get pods -l app=kept -o name')).toMatch(/^pod\/kept-/);
    await said('delete replicasets -l app=kept --cascade=foreground');
    expect(await said('get pods -l app=kept -o name')).toBe('');
    await said('create namespace temporary');
    await said('create configmap inside -n temporary');
    await said('delete namespace temporary --timeout=60s');
    expect(await said('get namespaces -o name')).not.toContain('temporary');
    expect((await kubectl('delete namespace default')).stderr).toContain('may not be deleted');
  });
});

describe('streams of pods', () => {
  beforeAll(async () => {
    await said('run shell --image=shell:1');
    await said('wait --for=condition=Ready pod/shell --timeout=60s');
  });

  it('show logs', async () => {
    expect(await said('logs shell')).toBe('shell of default/shell started\nready to serve');
    expect(await said('logs shell --tail=1')).toBe('ready to serve');
    const following = client.start('logs -f shell');
    expect(await lineWith(following, 'ready')).toBe('ready to serve');
    following.kill();
  });

  it.each([
    ['WebSocket', {}],
    ['SPDY', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' }],
  ])('run programs over %s', async (_, env) => {
    expect(await said('exec shell -- echo hello', { env })).toBe('hello');
    expect(await said('exec -i shell -- cat', { input: 'typed', env })).toBe('typed');
    expect(await said('attach -i shell', { input: 'typed', env })).toContain('typed');
    expect(await kubectl("exec shell -- sh -c 'exit 3'", { env })).toMatchObject({ code: 3 });
    const long = 'x'.repeat(3_000_000);
    expect(await said('exec -i shell -- cat', { input: long, env })).toBe(long);
  });

  it.each([
    ['WebSocket', 'true'],
    ['SPDY', 'false'],
  ])('forward ports over %s', async (_, isWebSocket) => {
    const forwarding = client.start('port-forward pod/shell :80', {
      KUBECTL_PORT_FORWARD_WEBSOCKETS: isWebSocket,
    });
    const line = await lineWith(forwarding, 'Forwarding from 127.0.0.1:');
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(line)?.[1]);
    for (const text of ['first', 'second']) {
      const socket = connect(port, '127.0.0.1');
      socket.write(text);
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toBe(text);
      socket.destroy();
    }
    forwarding.kill();
  });
});

it('leaves nothing in the log of the server', async () => {
  expect(complaints).toEqual([]);
  expect(await readFile(join(client.directory, 'config'), 'utf8')).toContain(cluster.url);
});
