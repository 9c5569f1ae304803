import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, inject, test, vi } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../../../electron/host/ports/free-port.ts';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { outcomeOf, printed } from '../../fixtures/outcome.ts';
import { berth, output, spawnBerth } from '../berth.ts';
import { removeContainers } from '../engine/shared-machine.ts';

/** Kubernetes from the host: what is published there, and the port for `kubectl`. */
afterAll(removeContainers);

const WAIT = { timeout: 60_000, interval: 300 };

const manifests = (port: number) => `
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
      containers:
        - name: web
          image: busybox
          imagePullPolicy: IfNotPresent
          command: [sh, -c, 'mkdir /www; echo it works >/www/index.html; exec httpd -f -p 8080 -h /www']
          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
---
apiVersion: v1
kind: Service
metadata: {name: site}
spec: {type: LoadBalancer, selector: {app: site}, ports: [{port: ${port}, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: site}
spec:
  rules:
    - host: shop.localhost
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: site, port: {number: ${port}}}}}]}
`;

const curl = async (...words: string[]) => {
  const child = spawn('curl', ['--silent', '--max-time', '10', ...words]);
  return (await outcomeOf(child, '')).stdout;
};

test('a load balancer and an Ingress are on the host, and are gone after kube down', async () => {
  const port = await freePort();
  const text = manifests(port);
  const played = await berth(['kube', 'play', '-'], text);
  expect(played.stderr).toContain('Deployment site  2 pods are ready');
  expect(played.exitCode).toBe(0);
  await vi.waitFor(
    async () => expect(await curl(`http://localhost:${port}/`)).toBe('it works\n'),
    WAIT,
  );
  const places = await output('kube', 'ps');
  expect(places).toMatch(/deployment\/site +2\/2 +Running/);
  await vi.waitFor(async () => {
    // Another program may have port 80.
    const pages = [80, 8880].map((at) => curl(`http://shop.localhost:${at}/`));
    expect(await Promise.all(pages)).toContain('it works\n');
  }, WAIT);
  expect((await berth(['kube', 'down', '-'], text)).exitCode).toBe(0);
  await vi.waitFor(async () => expect(await curl(`http://localhost:${port}/`)).toBe(''), WAIT);
});

test('kubectl reaches the API through a kubeconfig that Berth writes', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'config');
  const environment = { BERTH_HOME: inject('home'), KUBECONFIG: path };
  const use = spawnBerth(['kube', 'context', 'use', 'berth'], environment);
  printed('berth kube context use', await outcomeOf(use, ''));
  const { clusters, users } = parse(await readFile(path, 'utf8'));
  const { server, 'certificate-authority-data': ca } = clusters[0].cluster;
  const user = users[0].user;
  const pem = (data: string) => Buffer.from(data, 'base64');
  const ask = (certificate: object) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const sent = request(
      `${server}/api/v1/nodes`,
      { ca: pem(ca), ...certificate },
      (response) => void text(response).then(resolve, reject),
    );
    sent.on('error', reject);
    sent.end();
    return promise;
  };
  const own = { cert: pem(user['client-certificate-data']), key: pem(user['client-key-data']) };
  const nodes = JSON.parse(await ask(own));
  expect(nodes.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
    'berth',
  ]);
  await expect(ask({})).rejects.toThrow();
});
