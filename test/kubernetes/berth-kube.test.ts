import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { runWords, type Surroundings } from '../../electron/cli/testing/run.ts';
import { linkKubeSocket } from './berth.ts';
import { type Cluster, openCluster } from './cluster.ts';

let cluster: Cluster;
let directory: string;

beforeAll(async () => {
  cluster = await openCluster();
  directory = await mkdtemp(join(tmpdir(), 'berth-kube-cli-'));
  await linkKubeSocket();
});

afterAll(() => rm(directory, { recursive: true }));

function kube(words: readonly string[], surroundings: Surroundings = {}) {
  const { socket } = inject('nativeEngine');
  const env = { KUBECONFIG: join(directory, 'none') };
  return runWords({ socketPath: socket }, ['kube', ...words], { env, ...surroundings });
}

const app = (image: string, greeting: string) => `apiVersion: v1
kind: ConfigMap
metadata: {name: page}
data: {index.html: "${greeting}\\n"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: site}
spec:
  replicas: 2
  selector: {matchLabels: {app: site}}
  template:
    metadata: {labels: {app: site}}
    spec:
      terminationGracePeriodSeconds: 1
      volumes: [{name: page, configMap: {name: page}}]
      containers:
        - name: web
          image: ${image}
          command: [sh, -c, "echo serving; exec httpd -f -p 8080 -h /page"]
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {httpGet: {port: http, path: /}, periodSeconds: 1}
          volumeMounts: [{name: page, mountPath: /page}]
---
apiVersion: v1
kind: Service
metadata: {name: site}
spec: {selector: {app: site}, ports: [{port: 80, targetPort: http}]}
`;

it('plays an application, changes it, takes a broken version back, and removes it', async () => {
  const file = join(directory, 'app.yaml');
  await writeFile(file, app(cluster.image, 'hello'));
  const played = await kube(['play', file]);
  expect(played).toMatchObject({ exitCode: 0 });
  expect(played.stderr).toContain(' Deployment site  2 pods are ready\n');

  const ps = await kube(['ps', '--format', '{{.Kind}} {{.Ready}} {{.Status}}']);
  expect(ps.stdout).toBe('Deployment 2/2 Running\nPod 1/1 Running\nPod 1/1 Running\n');
  const logs = await kube(['logs', 'deploy/site', '--no-log-prefix']);
  expect(logs.stdout).toBe('serving\nserving\n');
  const fetched = await kube([
    'exec',
    'deploy/site',
    '--',
    'wget',
    '-q',
    '-O',
    '-',
    'http://127.0.0.1:8080/',
  ]);
  expect(fetched).toEqual({ exitCode: 0, stdout: 'hello\n', stderr: '' });
  const piped = await kube(['exec', '-i', 'site', 'sh', '-c', 'cat; exit 3'], { stdin: 'input' });
  expect(piped).toMatchObject({ exitCode: 3, stdout: 'input' });

  await writeFile(file, app(`${cluster.image}-nosuch`, 'hello'));
  const broken = await kube(['apply', '--context', 'berth', '--yes', '-f', file]);
  expect(broken.exitCode).toBe(1);
  expect(broken.stderr).toContain('Deployment "site" can\'t start');
  expect(broken.stderr).toContain('ImagePullBackOff');
  expect(broken.stderr).toContain('berth kube --context berth rollout undo deployment/site');
  const undone = await kube(['rollout', 'undo', 'deploy/site', '--context', 'berth']);
  expect(undone).toMatchObject({ exitCode: 0 });
  expect(undone.stdout).toContain('is back at revision 1');

  const down = await kube(['down', file]);
  expect(down).toMatchObject({ exitCode: 0 });
  expect((await kube(['ps', '-q'])).stdout).toBe('');
});

it('doesn’t warn of what is usual while a pod starts', async () => {
  const file = join(directory, 'slow.yaml');
  await writeFile(
    file,
    `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: slow}
spec:
  serviceName: slow
  selector: {matchLabels: {app: slow}}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
  template:
    metadata: {labels: {app: slow}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: ${cluster.image}
          command: [sh, -c, "sleep 2; exec httpd -f -p 8080 -h /data"]
          readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
          volumeMounts: [{name: data, mountPath: /data}]
`,
  );
  const played = await kube(['play', file]);
  expect(played.stderr).not.toContain('warning');
  expect(played).toMatchObject({ exitCode: 0 });
  expect(await kube(['down', '--volumes', file])).toMatchObject({ exitCode: 0 });
});

it('says what the engine only stores', async () => {
  const file = join(directory, 'quiet.yaml');
  const text = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: quiet}
spec: {podSelector: {}, policyTypes: [Ingress]}
`;
  await writeFile(file, text);
  const { exitCode, stderr } = await kube(['play', file]);
  expect(exitCode).toBe(0);
  expect(stderr.match(/warning: Berth's engine doesn't enforce network policies/g)).toHaveLength(1);
  expect(await kube(['down', file])).toMatchObject({ exitCode: 0 });
});
