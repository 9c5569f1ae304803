import type { AddressInfo } from 'node:net';
import { KubeError } from '../../../guest-agent/kube/kube-error.ts';
import { StandInCluster } from '../../../guest-agent/kube/testing/stand-in-cluster.ts';
import type { Random } from '../../fixtures/random.ts';
import { type ApiRequest, readRequest, send } from '../api-request.ts';
import { Mismatch, type Target } from '../target.ts';

const namespace = '/api/v1/namespaces/default';
const apps = '/apis/apps/v1/namespaces/default';
const batch = '/apis/batch/v1/namespaces/default';
const pod = {
  metadata: { name: 'a', labels: { app: 'web' }, annotations: { x: 'y' } },
  spec: {
    containers: [
      {
        ...{ name: 'c', image: 'busybox', command: ['sh'], args: ['-c', 'echo'] },
        env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        ports: [{ containerPort: 80, protocol: 'TCP', name: 'http' }],
        resources: { limits: { memory: '64Mi', cpu: '500m' } },
        readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
        volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 'x' }],
      },
    ],
    volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }],
    restartPolicy: 'Always',
  },
};
const workload = {
  metadata: { name: 'w' },
  spec: {
    ...{ replicas: 2, selector: { matchLabels: { app: 'web' } }, template: pod },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 1 } },
  },
};
const job = {
  completions: 2,
  parallelism: 1,
  backoffLimit: 3,
  template: { spec: { ...pod.spec, restartPolicy: 'Never' } },
};
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';

const requests: readonly ApiRequest[] = [
  { method: 'POST', path: `${namespace}/pods`, body: pod },
  { method: 'POST', path: `${apps}/deployments?fieldManager=x`, body: workload },
  {
    method: 'POST',
    path: `${apps}/statefulsets`,
    body: {
      ...workload,
      spec: {
        ...workload.spec,
        serviceName: 's',
        volumeClaimTemplates: [
          {
            metadata: { name: 'd' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      },
    },
  },
  { method: 'POST', path: `${apps}/daemonsets?dryRun=All`, body: workload },
  { method: 'POST', path: `${batch}/jobs`, body: { metadata: { name: 'j' }, spec: job } },
  {
    method: 'POST',
    path: `${batch}/cronjobs`,
    body: {
      metadata: { name: 'k' },
      spec: { schedule: '*/5 * * * *', timeZone: 'Europe/Paris', jobTemplate: { spec: job } },
    },
  },
  {
    method: 'POST',
    path: `${namespace}/services`,
    body: {
      metadata: { name: 's' },
      spec: {
        selector: { app: 'web' },
        type: 'NodePort',
        ports: [{ port: 80, targetPort: 'http', nodePort: 30080 }],
      },
    },
  },
  {
    method: 'POST',
    path: `${namespace}/configmaps`,
    body: { metadata: { name: 'm' }, data: { a: 'b' }, binaryData: { c: 'AA==' } },
  },
  {
    method: 'POST',
    path: `${namespace}/secrets`,
    body: { metadata: { generateName: 'x-' }, type: 'Opaque', stringData: { a: 'b' } },
  },
  {
    method: 'POST',
    path: '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
    body: {
      metadata: { name: 'i' },
      spec: {
        rules: [
          {
            host: 'a.b',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 's', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    },
  },
  {
    method: 'PATCH',
    path: `${apps}/deployments/w`,
    type: strategic,
    body: {
      spec: {
        template: {
          spec: {
            containers: [{ name: 'c', image: 'x', $patch: 'replace' }],
            $setElementOrder: ['c'],
          },
        },
      },
    },
  },
  {
    method: 'PATCH',
    path: `${apps}/deployments/w/scale`,
    type: merge,
    body: { spec: { replicas: 3 } },
  },
  {
    method: 'PATCH',
    path: `${namespace}/pods/a/status`,
    type: 'application/json-patch+json',
    body: [
      { op: 'add', path: '/metadata/labels/x', value: 'y' },
      { op: 'test', path: '/kind', value: 'Pod' },
    ],
  },
  {
    method: 'PATCH',
    path: `${apps}/deployments/w?fieldManager=me&force=true`,
    type: 'application/apply-patch+yaml',
    body: { apiVersion: 'apps/v1', kind: 'Deployment', ...workload },
  },
  {
    method: 'PUT',
    path: `${namespace}/configmaps/m`,
    body: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'm', resourceVersion: '1' },
      data: {},
    },
  },
  {
    method: 'DELETE',
    path: `${apps}/deployments/w`,
    body: { propagationPolicy: 'Foreground', gracePeriodSeconds: 0, preconditions: { uid: 'x' } },
  },
  { method: 'DELETE', path: `${namespace}/pods?labelSelector=app%3Dweb` },
  {
    method: 'GET',
    path: `${namespace}/pods?labelSelector=app in (a,b)&fieldSelector=status.phase!=Running&limit=5&continue=x`,
  },
  {
    method: 'GET',
    path: '/api/v1/pods?watch=1&resourceVersion=1&allowWatchBookmarks=true&timeoutSeconds=1',
  },
  { method: 'GET', path: '/openapi/v3/apis/apps/v1' },
  { method: 'POST', path: `${namespace}/pods/a/eviction`, body: { metadata: { name: 'a' } } },
  {
    method: 'POST',
    path: `${namespace}/serviceaccounts/default/token`,
    body: { spec: { audiences: ['x'] } },
  },
  {
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: { spec: { resourceAttributes: { verb: 'get' } } },
  },
];
const words = [
  'pods',
  'status',
  'scale',
  'default',
  'w',
  'a',
  '',
  '..',
  '%',
  '%2e',
  'watch=1',
  '__proto__',
  'é',
];
/** A cluster that many cases have changed takes longer for each. */
const CASES_OF_A_CLUSTER = 200;

/** Requests to the Kubernetes API, with the controllers at work. Only pods are simulated. */
export async function openKubeApi(): Promise<Target> {
  const faults: { message: string; cause: unknown }[] = [];
  const log = (message: string, cause?: unknown) => {
    if (!(cause instanceof KubeError)) faults.push({ message, cause });
  };
  const start = async () => {
    const started = await StandInCluster.start({ readyMs: 1, log });
    const server = { port: Number(new URL(started.url).port) satisfies AddressInfo['port'] };
    for (const request of requests.slice(0, 3)) await send(server, request);
    return { started, server };
  };
  let cluster = await start();
  let cases = 0;
  return {
    isJson: true,
    seeds: requests.map((request) => JSON.stringify(request)),
    generate: (random) => JSON.stringify(respelled(random, random.pickFrom(requests))),
    async read(input) {
      const request = readRequest(input);
      if (request === undefined) return;
      if (++cases % CASES_OF_A_CLUSTER === 0) {
        await cluster.started[Symbol.asyncDispose]();
        cluster = await start();
      }
      faults.length = 0;
      const status = await send(cluster.server, request);
      const [fault] = faults.splice(0);
      if (fault?.cause !== undefined) throw new Mismatch(fault.message.replace(/ .*/s, ''), fault);
      if (status === 500) throw new Mismatch(`answers 500 to ${request.method} ${request.path}`);
    },
  };
}

function respelled(random: Random, request: ApiRequest | undefined): ApiRequest | undefined {
  if (request === undefined) return undefined;
  const parts = request.path.split(/(?<=[/?&=])/);
  const at = random.integer(0, parts.length - 1);
  parts[at] = `${random.pickFrom(words) ?? ''}${/[/?&=]$/.exec(parts[at] ?? '')?.[0] ?? ''}`;
  const method = random.pickFrom(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) ?? 'GET';
  return {
    ...request,
    ...(random.chance(0.5) && { path: parts.join('') }),
    ...(random.chance(0.3) && { method }),
    ...(random.chance(0.2) && {
      type: random.pick([merge, strategic, 'text/plain', 'application/yaml']),
    }),
  };
}
