import type { Service } from 'kubernetes-types/core/v1.js';
import { beforeAll, expect, inject, it, vi } from 'vitest';
import { ask, type Cluster, isReady, openCluster } from './cluster.ts';

const PATIENCE = { timeout: 90_000, interval: 200 };
const NAMESPACE = '/api/v1/namespaces/default';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await openCluster();
});

const shell = (script: string, more: object = {}) => ({
  containers: [{ name: 'main', image: cluster.image, command: ['sh', '-c', script], ...more }],
});
const FOREVER = 'trap "exit 0" TERM; while true; do sleep 0.1; done';

/** A web server that answers with the name of its pod. */
const webServer = (hostname: string) => ({
  ...shell('mkdir /www; hostname > /www/index.html; exec httpd -f -p 8080 -h /www', {
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: { port: 'http', path: '/' }, periodSeconds: 1 },
  }),
  ...{ hostname, subdomain: 'peers', terminationGracePeriodSeconds: 1 },
});

it('pods find a Service and each other by name, and the Service balances', async () => {
  for (const name of ['web-0', 'web-1']) {
    await cluster.createPod(name, webServer(name), { labels: { app: 'web' } });
  }
  const selector = { app: 'web' };
  const web = await cluster.ask<Service>('POST', `${NAMESPACE}/services`, {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } },
    spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  });
  expect(web.spec).toMatchObject({ type: 'ClusterIP', clusterIP: expect.stringMatching(/^10\./) });
  await cluster.ask('POST', `${NAMESPACE}/services`, {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'peers' } },
    spec: { selector, clusterIP: 'None', ports: [{ name: 'http', port: 8080 }] },
  });
  await Promise.all(['web-0', 'web-1'].map((name) => cluster.until(name, isReady)));
  const fetch = (url: string) => `until wget -q -O - ${url}; do sleep 0.2; done`;
  const script = [
    ...Array.from({ length: 6 }, () => fetch('http://web/')),
    fetch('http://web.default.svc.cluster.local/'),
    `echo own $(${fetch('http://web-1.peers:8080/')})`,
    'nslookup peers.default.svc.cluster.local',
    'echo done',
    FOREVER,
  ];
  await cluster.createPod('client', {
    ...shell(script.join('\n')),
    terminationGracePeriodSeconds: 1,
  });
  await vi.waitFor(async () => expect(await cluster.log('client')).toMatch(/^done$/m), PATIENCE);
  const said = await cluster.log('client');
  for (const name of ['web-0', 'web-1']) {
    const { status } = await cluster.until(name, isReady);
    expect(said.match(new RegExp(`^${name}$`, 'gm'))?.length).toBeGreaterThanOrEqual(3);
    expect(said).toContain(status?.podIP);
  }
  expect(said).toMatch(/^own web-1$/m);
  await cluster.removePod('client');
});

it('containers of other networks can’t reach Services', async () => {
  const { clusterIP = '' } =
    (await cluster.ask<Service>('GET', `${NAMESPACE}/services/web`)).spec ?? {};
  const { socket } = inject('nativeEngine');
  const script = `wget -T 3 -q -O - http://${clusterIP}/ || echo out of reach`;
  const { Id } = JSON.parse(
    await ask(socket, 'POST', '/containers/create?name=stranger', {
      ...{ Image: cluster.image, Cmd: ['sh', '-c', script], Tty: true },
    }),
  );
  await ask(socket, 'POST', `/containers/${Id}/start`);
  await ask(socket, 'POST', `/containers/${Id}/wait`);
  const said = await ask(socket, 'GET', `/containers/${Id}/logs?stdout=true&stderr=true`);
  expect(said).toContain('out of reach');
  await ask(socket, 'DELETE', `/containers/${Id}?force=true`);
  for (const name of ['web-0', 'web-1']) await cluster.removePod(name);
});

it('a claim keeps files from one pod to the next', async () => {
  await cluster.ask('POST', `${NAMESPACE}/persistentvolumeclaims`, {
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' } },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];
  const runOnce = async (name: string, script: string) => {
    await cluster.createPod(name, {
      ...shell(script, { volumeMounts }),
      ...{ volumes, restartPolicy: 'Never' },
    });
    await cluster.until(name, ({ status }) => status?.phase === 'Succeeded');
    const said = await cluster.log(name);
    await cluster.removePod(name);
    return said;
  };
  await runOnce('writer', 'echo kept > /data/file');
  expect(await runOnce('reader', 'cat /data/file')).toBe('kept\n');
  await cluster.ask('DELETE', `${NAMESPACE}/persistentvolumeclaims/data`);
  const list = () => cluster.ask<{ items: object[] }>('GET', '/api/v1/persistentvolumes');
  await vi.waitFor(async () => expect((await list()).items).toEqual([]), PATIENCE);
});
