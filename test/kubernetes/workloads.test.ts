import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { beforeAll, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { requireProject } from '../../electron/host/compose/file/load.ts';
import { fromProject } from '../../electron/host/kube/generate/compose/from-project.ts';
import { writeManifests } from '../../electron/host/kube/generate/write-manifests.ts';
import { type Cluster, isReady, openCluster } from './cluster.ts';

const PATIENCE = { timeout: 120_000, interval: 100 };
const NAMESPACE = '/api/v1/namespaces/default';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await openCluster();
});

interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** Where objects of a kind are: `/apis/apps/v1/namespaces/default/deployments`. */
function folderOf({ apiVersion, kind }: KubeObject): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}/namespaces/default/${kind.toLowerCase()}s`;
}

/** The objects for a Compose file, whose image is the cluster's. */
async function objectsFor(text: string): Promise<KubeObject[]> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-shop-'));
  const file = join(directory, 'compose.yaml');
  await writeFile(file, text);
  const project = await requireProject({ files: [file], env: {} });
  const { objects } = await fromProject(project, { env: {}, storage: '16Mi' });
  await rm(directory, { recursive: true });
  const manifests = writeManifests(objects).replaceAll(/image: (box|busybox)$/gm, () => {
    return `image: ${cluster.image}`;
  });
  return parseAllDocuments(manifests).map((document) => document.toJS());
}

const pods = async (app: string) => {
  const selector = encodeURIComponent(`app.kubernetes.io/name=${app}`);
  const { items } = await cluster.ask<{ items: Pod[] }>(
    'GET',
    `${NAMESPACE}/pods?labelSelector=${selector}`,
  );
  return items;
};

/** Changes a Deployment, and waits until it is as `isSo` says. */
async function rollTo(
  change: (deployment: Deployment) => void,
  isSo: (deployment: Deployment) => boolean,
): Promise<void> {
  await vi.waitFor(async () => {
    const deployment = await cluster.ask<Deployment>('GET', `${DEPLOYMENTS}/web`);
    change(deployment);
    await cluster.ask('PUT', `${DEPLOYMENTS}/web`, deployment);
  }, PATIENCE);
  await vi.waitFor(async () => {
    const deployment = await cluster.ask<Deployment>('GET', `${DEPLOYMENTS}/web`);
    const { generation } = deployment.metadata ?? {};
    const isSeen = deployment.status?.observedGeneration === generation;
    if (isSeen && isSo(deployment)) return;
    throw new Error(JSON.stringify(await situation(), undefined, 1));
  }, PATIENCE);
}

/** What the pods wait for, for the message of a failure. */
async function situation(): Promise<unknown> {
  const found = [...(await pods('db')), ...(await pods('web'))];
  return Promise.all(
    found.map(async ({ metadata, status }) => ({
      name: metadata?.name,
      phase: status?.phase,
      states: [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(
        ({ name, state }) => `${name}: ${JSON.stringify(state)}`,
      ),
      events: (await cluster.events(metadata?.name ?? '')).slice(-5),
    })),
  );
}

const isRolledOut = ({ spec, status }: Deployment) =>
  status?.updatedReplicas === spec?.replicas &&
  status?.replicas === spec?.replicas &&
  status?.availableReplicas === spec?.replicas;

const container = (deployment: Deployment) => {
  const [first] = deployment.spec?.template.spec?.containers ?? [];
  if (first === undefined) throw new Error('no container');
  return first;
};

const SHOP = `name: shop
services:
  db:
    image: box
    command: [sh, -c, "test -f /data/id || cat /proc/sys/kernel/random/uuid > /data/id; cat /data/id; exec httpd -f -p 8080 -h /data"]
    expose: ["8080"]
    restart: always
    stop_grace_period: 1s
    volumes: ["data:/data"]
    healthcheck: { test: "wget -q -O - http://127.0.0.1:8080/id", interval: 1s, timeout: 5s }
  migrate:
    image: box
    command: wget -q -O /dev/null http://db:8080/id
    depends_on: { db: { condition: service_healthy } }
  web:
    image: box
    command: [sh, -c, "mkdir /www; wget -q -O /www/index.html http://db:8080/id; exec httpd -f -p 8080 -h /www"]
    expose: ["8080"]
    restart: always
    stop_grace_period: 5s
    pre_stop: [{ command: sleep 2 }]
    depends_on: { migrate: { condition: service_completed_successfully } }
    healthcheck: { test: "wget -q -O - http://127.0.0.1:8080/", interval: 1s, timeout: 5s }
    deploy:
      replicas: 2
      update_config: { order: start-first }
volumes: { data: }
`;

it('runs a generated application, rolls it forward to a broken image and on, and loses no request', async () => {
  const objects = await objectsFor(SHOP);
  for (const object of objects) await cluster.ask('POST', folderOf(object), object);
  await rollTo(() => {}, isRolledOut);

  const visit = 'wget -q -O - http://web:8080/ || echo lost; sleep 0.05';
  await cluster.createPod('visitor', {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'visitor',
        image: cluster.image,
        command: ['sh', '-c', `while true; do ${visit}; done`],
      },
    ],
  });
  await cluster.until('visitor', isReady);
  const visits = async () => (await cluster.log('visitor')).trim().split('\n').filter(Boolean);
  const moreVisits = async () => {
    const { length } = await visits();
    await vi.waitFor(async () => {
      expect((await visits()).length).toBeGreaterThan(length + 10);
    }, PATIENCE);
  };
  await moreVisits();

  await rollTo(
    (deployment) => {
      container(deployment).image = `${cluster.image.replace(/:.*/, '')}:missing`;
    },
    ({ status }) => status?.updatedReplicas === 1 && status.unavailableReplicas === 1,
  );
  await moreVisits();
  expect((await pods('web')).filter(isReady)).toHaveLength(2);

  await rollTo((deployment) => {
    container(deployment).image = cluster.image;
    container(deployment).env = [{ name: 'VERSION', value: '2' }];
  }, isRolledOut);
  await moreVisits();
  const [id] = (await cluster.log('db-0')).trim().split('\n');
  expect(new Set(await visits())).toEqual(new Set([id]));

  const { uid } = (await cluster.ask<Pod>('GET', `${NAMESPACE}/pods/db-0`)).metadata ?? {};
  await cluster.ask('DELETE', `${NAMESPACE}/pods/db-0`);
  await cluster.until('db-0', (pod) => pod.metadata?.uid !== uid && isReady(pod));
  expect((await cluster.log('db-0')).trim()).toBe(id);

  for (const object of objects) {
    await cluster.ask('DELETE', `${folderOf(object)}/${object.metadata.name}`);
  }
  await cluster.removePod('visitor');
  await vi.waitFor(async () => {
    expect([...(await pods('web')), ...(await pods('db'))]).toEqual([]);
  }, PATIENCE);
  await cluster.ask('DELETE', `${NAMESPACE}/persistentvolumeclaims/data-db-0`);
});

it('runs a CronJob at its times', async () => {
  const folder = '/apis/batch/v1/namespaces/default';
  await cluster.ask('POST', `${folder}/cronjobs`, {
    ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'often' } },
    spec: {
      schedule: '@every 2s',
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 1,
      jobTemplate: {
        spec: {
          template: {
            spec: {
              restartPolicy: 'Never',
              containers: [{ name: 'main', image: cluster.image, command: ['echo', 'done'] }],
            },
          },
        },
      },
    },
  });
  const jobs = async () => (await cluster.ask<{ items: Job[] }>('GET', `${folder}/jobs`)).items;
  const finished = await vi.waitFor(async () => {
    const [job] = (await jobs()).filter(({ status }) => status?.succeeded === 1);
    if (job === undefined) throw new Error(JSON.stringify(await jobs()));
    return job;
  }, PATIENCE);
  // The next run takes the place of this one.
  await vi.waitFor(async () => {
    const names = (await jobs()).map(({ metadata }) => metadata?.name);
    expect(names).not.toContain(finished.metadata?.name);
  }, PATIENCE);
  await cluster.ask('DELETE', `${folder}/cronjobs/often`);
  await vi.waitFor(async () => expect(await jobs()).toEqual([]), PATIENCE);
});
