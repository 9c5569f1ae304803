import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Container } from 'kubernetes-types/core/v1.js';
import { beforeAll, expect, inject, it, vi } from 'vitest';
import { ask, type Cluster, isReady, openCluster } from './cluster.ts';

const PATIENCE = { timeout: 90_000, interval: 100 };

let cluster: Cluster;
beforeAll(async () => {
  cluster = await openCluster();
});

const shell = (name: string, script: string, more: Partial<Container> = {}): Container => ({
  ...{ name, image: cluster.image, command: ['sh', '-c', script], ...more },
});
/** Runs until it is told to stop. */
const FOREVER = 'trap "exit 0" TERM; while true; do sleep 0.1; done';

it('runs a pod whose containers share its names and its network', async () => {
  const serve = 'mkdir /www; hostname > /www/index.html; exec httpd -f -p 8080 -h /www';
  const fetchOther =
    'until wget -q -O - http://127.0.0.1:8080/; do sleep 0.1; done; cat /etc/hosts /etc/resolv.conf';
  await cluster.createPod('shared', {
    ...{ hostname: 'own-name', restartPolicy: 'Always', terminationGracePeriodSeconds: 1 },
    hostAliases: [{ ip: '10.9.9.9', hostnames: ['legacy'] }],
    containers: [
      shell('web', serve, {
        ports: [{ name: 'http', containerPort: 8080 }],
        startupProbe: { tcpSocket: { port: 'http' }, periodSeconds: 1, failureThreshold: 60 },
        readinessProbe: { httpGet: { port: 'http', path: '/' }, periodSeconds: 1 },
      }),
      shell('client', `${fetchOther}; ${FOREVER}`),
    ],
  });
  const { status } = await cluster.until('shared', isReady);
  expect(status).toMatchObject({ phase: 'Running', podIP: expect.stringMatching(/^\d+\./) });
  const log = () => cluster.log('shared', 'container=client');
  // The last line that the container prints before it waits.
  await vi.waitFor(async () => expect(await log()).toMatch(/^options ndots:5$/m), PATIENCE);
  const said = await log();
  expect(said).toMatch(/^own-name$/m);
  expect(said).toMatch(/^10\.9\.9\.9\s+legacy$/m);
  expect(said).toContain(`${status?.podIP}\town-name`);
  expect(said).toMatch(/^search default\.svc\.cluster\.local svc\.cluster\.local cluster\.local$/m);
  await cluster.removePod('shared');
});

it('runs init containers, sidecars and hooks, and stops everything within the grace period', async () => {
  const { shared } = inject('nativeEngine');
  const note = (text: string) => `echo ${text} >> /notes/order`;
  const volumeMounts = [{ name: 'notes', mountPath: '/notes' }];
  const stops = (name: string) => `trap "${note(`${name}-stopped`)}; exit 0" TERM; ${note(name)}`;
  const hook = (text: string) => ({ exec: { command: ['sh', '-c', note(text)] } });
  await cluster.createPod('ordered', {
    terminationGracePeriodSeconds: 20,
    volumes: [{ name: 'notes', hostPath: { path: shared } }],
    initContainers: [
      shell('first', note('first'), { volumeMounts }),
      shell('side', `${stops('side')}; while true; do sleep 0.1; done`, {
        ...{ volumeMounts, restartPolicy: 'Always' },
        startupProbe: { exec: { command: ['grep', 'side', '/notes/order'] }, periodSeconds: 1 },
      }),
      shell('second', note('second'), { volumeMounts }),
    ],
    containers: [
      shell('app', `${stops('app')}; while true; do sleep 0.1; done`, {
        volumeMounts,
        lifecycle: { preStop: hook('app-before-stop') },
      }),
    ],
  });
  await cluster.until('ordered', isReady);
  const order = async () => (await readFile(join(shared, 'order'), 'utf8')).trim().split('\n');
  await expect.poll(order, PATIENCE).toEqual(['first', 'side', 'second', 'app']);
  await cluster.removePod('ordered');
  expect((await order()).slice(4)).toEqual(['app-before-stop', 'app-stopped', 'side-stopped']);
});

it('shows ConfigMaps and Secrets as files and variables, and their changes', async () => {
  const maps = '/api/v1/namespaces/default/configmaps';
  await cluster.ask('POST', maps, { metadata: { name: 'conf' }, data: { colour: 'blue' } });
  await cluster.ask('POST', '/api/v1/namespaces/default/secrets', {
    ...{ metadata: { name: 'keys' }, stringData: { token: 'secret-text' } },
  });
  const script = `echo env $COLOUR; ls -l /keys/..data/token; last=; while true; do
    now=$(cat /conf/colour); [ "$now" = "$last" ] || echo file $now part $(cat /part); last=$now; sleep 0.1; done`;
  await cluster.createPod('files', {
    terminationGracePeriodSeconds: 0,
    volumes: [
      { name: 'conf', configMap: { name: 'conf' } },
      { name: 'keys', secret: { secretName: 'keys', defaultMode: 0o400 } },
    ],
    containers: [
      shell('app', script, {
        env: [{ name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'conf', key: 'colour' } } }],
        volumeMounts: [
          { name: 'conf', mountPath: '/conf' },
          { name: 'conf', mountPath: '/part', subPath: 'colour' },
          { name: 'keys', mountPath: '/keys' },
        ],
      }),
    ],
  });
  const lines = async () => (await cluster.log('files')).trim().split('\n');
  await cluster.until('files', isReady);
  await vi.waitFor(async () => expect(await lines()).toContain('file blue part blue'), PATIENCE);
  expect(await lines()).toEqual(
    expect.arrayContaining(['env blue', expect.stringMatching(/^-r--------/)]),
  );
  const map = await cluster.ask<object>('GET', `${maps}/conf`);
  await cluster.ask('PUT', `${maps}/conf`, { ...map, data: { colour: 'green' } });
  // As in Kubernetes, a mounted part doesn't change.
  await vi.waitFor(async () => expect(await lines()).toContain('file green part blue'), PATIENCE);
  await cluster.removePod('files');
});

it('restarts a container that crashes, with its last log and message', async () => {
  const script = 'echo run; echo the reason > /dev/termination-log; exit 7';
  await cluster.createPod('crash', {
    ...{ terminationGracePeriodSeconds: 0, containers: [shell('app', script)] },
  });
  const { status } = await cluster.until(
    'crash',
    (pod) => pod.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff',
  );
  expect(status?.containerStatuses?.[0]).toMatchObject({
    restartCount: 1,
    lastState: { terminated: { exitCode: 7, reason: 'Error', message: 'the reason\n' } },
  });
  expect(await cluster.log('crash', 'previous=true')).toBe('run\n');
  expect((await cluster.events('crash')).join('\n')).toContain('BackOff: Back-off restarting');
  await cluster.removePod('crash');
});

it('restarts a container that doesn’t answer its liveness probe', async () => {
  const script = `touch /alive; trap "echo stopped; exit 0" TERM; while true; do sleep 0.1; [ -e /again ] || rm -f /alive; done`;
  await cluster.createPod('sick', {
    terminationGracePeriodSeconds: 5,
    containers: [
      shell('app', script, {
        livenessProbe: {
          ...{ exec: { command: ['cat', '/alive'] }, periodSeconds: 1, failureThreshold: 1 },
        },
      }),
    ],
  });
  await cluster.until('sick', (pod) => (pod.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0);
  const events = (await cluster.events('sick')).join('\n');
  expect(events).toContain('Unhealthy: Liveness probe failed: cat: ');
  expect(events).toContain('Killing: Container app failed liveness probe, will be restarted');
  await cluster.removePod('sick', 'gracePeriodSeconds=1');
});

it('confines a container as its security context says', async () => {
  const script =
    'id; touch /x; touch /data/y && ls -ln /data; grep -E "CapBnd|NoNewPrivs" /proc/self/status';
  await cluster.createPod('confined', {
    restartPolicy: 'Never',
    securityContext: {
      ...{ runAsUser: 1000, runAsGroup: 1001, fsGroup: 3000, supplementalGroups: [4000] },
      runAsNonRoot: true,
    },
    volumes: [{ name: 'data', emptyDir: {} }],
    containers: [
      shell('app', script, {
        securityContext: {
          ...{ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      }),
    ],
  });
  await cluster.until('confined', ({ status }) => status?.phase === 'Succeeded');
  const said = await cluster.log('confined');
  expect(said).toMatch(/^uid=1000 gid=1001 groups=1001,3000,4000$/m);
  expect(said).toContain('/x: Read-only file system');
  expect(said).toMatch(/1000\s+3000\s+0 .* y$/m);
  expect(said).toMatch(/^CapBnd:\s+0{16}$/m);
  expect(said).toMatch(/^NoNewPrivs:\s+1$/m);
  await cluster.removePod('confined');
});

it('brings back a container that a user removes with Docker', async () => {
  const { socket } = inject('nativeEngine');
  await cluster.createPod('back', {
    ...{ terminationGracePeriodSeconds: 0, containers: [shell('app', FOREVER)] },
  });
  const before = await cluster.until('back', isReady);
  await ask(socket, 'DELETE', '/containers/k8s_app_back_default?force=1');
  const after = await cluster.until(
    'back',
    (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1,
  );
  // Only the container is new.
  expect(after.status?.podIP).toBe(before.status?.podIP);
  await ask(socket, 'DELETE', '/containers/k8s_POD_back_default?force=1');
  await cluster.until(
    'back',
    (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 2,
  );
  await cluster.removePod('back');
});
