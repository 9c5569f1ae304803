import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { kubectlProgram } from '../../guest-agent/kube/testing/kubectl-program.ts';
import { openCluster } from './cluster.ts';

/* Kubernetes' own client with pods that really run. */

let program: string;
let directory: string;
let server: Server;
let image: string;

beforeAll(async () => {
  program = await kubectlProgram();
  ({ image } = await openCluster());
  directory = await mkdtemp(join(tmpdir(), 'berth-kubectl-'));
  const kubeSocket = join(dirname(inject('nativeEngine').socket), 'kube.sock');
  server = createServer((client) => {
    const api = connect(kubeSocket);
    client.pipe(api).pipe(client);
    client.on('error', () => api.destroy());
    api.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'berth', users: [] },
    clusters: [{ name: 'berth', cluster: { server: `http://127.0.0.1:${port}` } }],
    contexts: [{ name: 'berth', context: { cluster: 'berth', user: '' } }],
  };
  await writeFile(join(directory, 'config'), JSON.stringify(kubeconfig));
}, 600_000);

afterAll(async () => {
  server?.close();
  await rm(directory, { recursive: true, force: true });
});

const environment = () => ({
  ...{ PATH: process.env.PATH, HOME: directory, KUBECONFIG: join(directory, 'config') },
});

/** The output of a command that must succeed. */
function said(words: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: environment(), timeout: 120_000 };
    const child = execFile(program, words, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${words.join(' ')}: ${stderr}`, { cause: error }));
      else resolve(stdout.trim());
    });
    child.stdin?.end(input);
  });
}

const manifest = (name: string, text: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: app
          image: ${image}
          command: [sh, -c, 'echo ${text}; echo ${text} > /page; while true; do nc -l -p 80 < /page; done']
`;

/** Parts of applications that change nothing on one node. */
const STORED = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: quiet}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: site}
spec: {minAvailable: 1, selector: {matchLabels: {app: site}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: site}
spec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: site}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
`;

describe('kubectl', { timeout: 240_000 }, () => {
  it('applies what the engine only stores, and creates tokens', async () => {
    const kinds = ['networkpolicy/quiet', 'poddisruptionbudget/site', 'hpa/site', 'role/reader'];
    await said(['apply', '-f', '-'], STORED);
    for (const kind of kinds) {
      expect(await said(['get', kind, '-o', 'jsonpath={.metadata.name}'])).toBe(kind.split('/')[1]);
    }
    expect(await said(['get', 'hpa'])).toMatch(/Deployment\/site +2 +5/);
    expect(await said(['explain', 'poddisruptionbudget.spec.minAvailable'])).toContain('VERSION:');
    const [, claims = ''] = (await said(['create', 'token', 'default'])).split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      sub: 'system:serviceaccount:default:default',
    });
    expect(await said(['get', 'services', '-o', 'name'])).toContain('service/kubernetes');
    await said(['delete', '-f', '-'], STORED);
  });

  it('applies, rolls out, looks into and removes an application', async () => {
    await said(['apply', '-f', '-'], manifest('site', 'first'));
    await said(['rollout', 'status', 'deployment/site', '--timeout=100s']);
    expect(await said(['logs', 'deployment/site'])).toContain('first');
    expect(await said(['exec', 'deployment/site', '--', 'cat', '/page'])).toBe('first');
    expect(await said(['exec', '-i', 'deployment/site', '--', 'cat'], 'typed')).toBe('typed');
    await expect(said(['exec', 'deployment/site', '--', 'sh', '-c', 'exit 3'])).rejects.toThrow(
      'exit code 3',
    );

    const forwarding = spawn(program, ['port-forward', 'deployment/site', ':80'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: forwarding.stdout });
    const [line] = await once(lines, 'line');
    const socket = connect(Number(/127\.0\.0\.1:(\d+)/.exec(line)?.[1]), '127.0.0.1');
    expect(String((await once(socket, 'data'))[0])).toContain('first');
    socket.destroy();
    forwarding.kill();

    await said(['apply', '-f', '-'], manifest('site', 'second'));
    await said(['rollout', 'status', 'deployment/site', '--timeout=100s']);
    expect(await said(['exec', 'deployment/site', '--', 'cat', '/page'])).toBe('second');
    await said(['delete', 'deployment', 'site', '--cascade=foreground', '--timeout=60s']);
    expect(await said(['get', 'pods', '-l', 'app=site', '-o', 'name'])).toBe('');
  });

  it('debugs a pod with a container that joins it', async () => {
    const command = ['--command', '--', 'sh', '-c', 'echo mine > /tmp/own; exec sleep 1000'];
    await said(['run', 'quiet', `--image=${image}`, ...command]);
    await said(['wait', '--for=condition=Ready', 'pod/quiet', '--timeout=100s']);
    const script = 'cat /proc/1/root/tmp/own; hostname; ls /var/run/secrets || exit 3';
    const add = ['debug', 'quiet', `--image=${image}`, '--target=quiet', '--profile=sysadmin'];
    const output = await said([...add, '-c', 'doctor', '-q', '--', 'sh', '-c', script]);
    expect(output).toBe('');
    const ended = '{.status.ephemeralContainerStatuses[0].state.terminated.exitCode}';
    await said(['wait', `--for=jsonpath=${ended}=3`, 'pod/quiet', '--timeout=60s']);
    expect(await said(['logs', 'quiet', '-c', 'doctor'])).toMatch(/^mine\nquiet\n/);
    const attached = ['-c', 'typed', '-q', '-i', '--', 'sh', '-c', 'read word; echo got $word'];
    expect(await said([...add, ...attached], 'hello\n')).toContain('got hello');
    expect(await said(['get', 'pod', 'quiet', '--no-headers'])).toMatch(/1\/1 +Running +0/);
    const more = JSON.stringify({ spec: { ephemeralContainers: [{ name: 'no', image }] } });
    await expect(said(['patch', 'pod', 'quiet', '-p', more])).rejects.toThrow(
      'pod updates may not change fields',
    );
    await said(['delete', 'pod', 'quiet', '--grace-period=1', '--timeout=60s']);
  });

  it('shows what pods and the node use', async () => {
    const burn = ['--command', '--', 'sh', '-c', 'while true; do :; done'];
    await said(['run', 'busy', `--image=${image}`, '--labels=app=burner', ...burn]);
    await said(['wait', '--for=condition=Ready', 'pod/busy', '--timeout=100s']);
    const [, cpu, memory] =
      /^busy +busy +(\d+)m +(\d+)(Mi|Ki)$/m.exec(
        await said(['top', 'pods', '-l', 'app=burner', '--containers', '--no-headers']),
      ) ?? [];
    expect(Number(cpu)).toBeGreaterThan(100);
    expect(Number(memory)).toBeLessThan(100);
    expect(await said(['top', 'pod', 'busy', '--no-headers'])).toMatch(/^busy +\d+m +\d+Mi/);
    expect(await said(['top', 'node', '--no-headers'])).toMatch(/^berth +\d+m +\d+% +\d+Mi +\d+%/);
    await expect(said(['top', 'pod', 'absent'])).rejects.toThrow('not found');
    expect(await said(['get', 'pods', '-o', 'name'])).toContain('pod/busy');
    await said(['delete', 'pod', 'busy', '--grace-period=1', '--timeout=60s']);
  });

  it('updates a StatefulSet from its partition on, several pods at once', async () => {
    const text = (version: string, rollingUpdate: string) => `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 4
  podManagementPolicy: Parallel
  updateStrategy: {type: RollingUpdate, rollingUpdate: ${rollingUpdate}}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: main
          image: ${image}
          env: [{name: VERSION, value: ${version}}]
          command: [sleep, '1000']
`;
    const versions = () => said(['get', 'pods', '-l', 'app=db', '-o', 'jsonpath={..env[0].value}']);
    const rollout = ['rollout', 'status', 'statefulset/db', '--timeout=100s'];
    await said(['apply', '-f', '-'], text('one', '{}'));
    await said(rollout);
    await said(['apply', '-f', '-'], text('two', '{partition: 2, maxUnavailable: 2}'));
    expect(await said(rollout)).toContain('partitioned roll out complete: 2 new pods');
    expect(await versions()).toBe('one one two two');
    await said(['apply', '-f', '-'], text('two', '{partition: 0, maxUnavailable: 2}'));
    await said(rollout);
    expect(await versions()).toBe('two two two two');
    await said(['delete', 'statefulset', 'db', '--cascade=foreground', '--timeout=60s']);
  });

  it('copies files into pods and out of them', async () => {
    await said(['run', 'box', `--image=${image}`, '--command', '--', 'sleep', '1000']);
    await said(['wait', '--for=condition=Ready', 'pod/box', '--timeout=100s']);
    await writeFile(join(directory, 'sent'), 'content');
    await said(['cp', join(directory, 'sent'), 'box:/tmp/there']);
    await said(['cp', 'box:/tmp/there', join(directory, 'back')]);
    expect(await readFile(join(directory, 'back'), 'utf8')).toBe('content');
    await said(['delete', 'pod', 'box', '--grace-period=1', '--timeout=60s']);
  });
});
