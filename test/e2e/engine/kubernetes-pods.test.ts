import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Container } from 'kubernetes-types/core/v1.js';
import { afterAll, expect, inject, test, vi } from 'vitest';
import { machinePaths } from '../../../electron/host/home/paths.ts';
import { isReady, kubeCluster } from '../../fixtures/kube-cluster.ts';
import { output } from '../berth.ts';
import { guest, removeContainers } from './shared-machine.ts';

/*
 * What pods need of the VM: limits, folders of the host, the names of Services, and their return
 * after a crash of the agent. `test/kubernetes` tests pods without a VM.
 */
const cluster = kubeCluster(machinePaths(inject('home'), 'default').kubeSocket);
const WAIT = { timeout: 90_000, interval: 300 };

const shell = (script: string, more: Partial<Container> = {}): Container => ({
  ...{ name: 'app', image: 'busybox', imagePullPolicy: 'IfNotPresent' },
  ...{ command: ['sh', '-c', script], ...more },
});
/** Runs until it is told to stop. */
const FOREVER = 'trap "exit 0" TERM; while true; do sleep 0.1; done';

afterAll(removeContainers);

test('a container gets its limits, and ends at its memory limit', async () => {
  const script = 'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max; tail /dev/zero';
  await cluster.createPod('limited', {
    restartPolicy: 'Never',
    containers: [shell(script, { resources: { limits: { memory: '32Mi', cpu: '500m' } } })],
  });
  const { status } = await cluster.until('limited', (pod) => pod.status?.phase === 'Failed');
  expect(status).toMatchObject({ qosClass: 'Guaranteed' });
  expect(status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
    ...{ reason: 'OOMKilled', exitCode: 137 },
  });
  expect(await cluster.log('limited')).toBe(`${32 << 20}\n50000 100000\n`);
  await cluster.removePod('limited');
});

test('a pod uses a folder of the host', async () => {
  const folder = join(inject('shared')[0], 'pod-data');
  await mkdir(folder, { recursive: true });
  await cluster.createPod('host-path', {
    restartPolicy: 'Never',
    volumes: [{ name: 'data', hostPath: { path: folder, type: 'Directory' } }],
    containers: [
      shell('echo from the pod > /data/note', {
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      }),
    ],
  });
  await cluster.until('host-path', (pod) => pod.status?.phase === 'Succeeded');
  expect(await readFile(join(folder, 'note'), 'utf8')).toBe('from the pod\n');
  await cluster.removePod('host-path');
});

test('a pod finds a Service by its name', async () => {
  const page = 'mkdir /www; echo hello > /www/index.html; exec httpd -f -p 8080 -h /www';
  await cluster.createPod(
    'server',
    { terminationGracePeriodSeconds: 1, containers: [shell(page)] },
    { labels: { app: 'server' } },
  );
  await cluster.ask('POST', '/api/v1/namespaces/default/services', {
    metadata: { name: 'web' },
    spec: { selector: { app: 'server' }, ports: [{ port: 80, targetPort: 8080 }] },
  });
  const ask = 'until wget -q -T 5 -O - http://web/; do sleep 0.2; done';
  await cluster.createPod('client', { restartPolicy: 'Never', containers: [shell(ask)] });
  await cluster.until('client', (pod) => pod.status?.phase === 'Succeeded');
  expect(await cluster.log('client')).toMatch(/^hello$/m);
  await cluster.removePod('client');
  await cluster.removePod('server');
});

test('pods survive a crash of the agent', async () => {
  await cluster.createPod('steady', {
    ...{ terminationGracePeriodSeconds: 1, containers: [shell(FOREVER)] },
  });
  const before = await cluster.until('steady', isReady);
  await guest('kill -9 $(cat /run/berth/agent.pid)');
  await vi.waitFor(() => output('version'), WAIT);
  const after = await cluster.until('steady', isReady);
  expect(after.status?.containerStatuses?.[0]).toMatchObject({
    restartCount: 0,
    containerID: before.status?.containerStatuses?.[0]?.containerID,
  });
  // The new agent still follows what happens.
  await output('rm', '--force', 'k8s_app_steady_default');
  await cluster.until(
    'steady',
    (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1,
  );
  await cluster.removePod('steady');
});
