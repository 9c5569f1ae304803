import { beforeAll, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { openBerth } from './berth.ts';
import { type Cluster, openCluster } from './cluster.ts';

/*
 * An application of three tiers, as people play it: a web server in front of an API, and a database
 * that keeps its files. `berth kube` does all of it.
 */

const PATIENCE = { timeout: 90_000, interval: 200 };

let cluster: Cluster;
let berth: Awaited<ReturnType<typeof openBerth>>;

beforeAll(async () => {
  cluster = await openCluster();
  berth = await openBerth();
});

const shell = (name: string, script: string, more: object = {}) => ({
  ...{ name, image: cluster.image, command: ['sh', '-c', script], ...more },
});

/** A web server that ends what it has begun before it stops. */
const SERVE = "trap 'sleep 1; exit 0' TERM; httpd -f -p 8080 -h /www & wait";

function workload(kind: string, name: string, spec: object, template: object) {
  const labels = { app: name };
  return {
    ...{ apiVersion: 'apps/v1', kind, metadata: { name } },
    spec: {
      ...{ selector: { matchLabels: labels }, ...spec },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 5, ...template } },
    },
  };
}

const service = (name: string, spec: object) => ({
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name } },
  spec: { selector: { app: name }, ...spec },
});

/** The tier in front. `version` is on its page. */
const front = (version: string, image = cluster.image) => [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `page-${version}` },
    data: { page: version },
  },
  workload(
    'Deployment',
    'front',
    { replicas: 2 },
    {
      containers: [
        {
          ...shell('web', SERVE),
          image,
          ports: [{ name: 'http', containerPort: 8080 }],
          readinessProbe: { httpGet: { path: '/page', port: 'http' }, periodSeconds: 1 },
          livenessProbe: { httpGet: { path: '/page', port: 'http' }, periodSeconds: 2 },
          volumeMounts: [{ name: 'page', mountPath: '/www' }],
        },
      ],
      volumes: [{ name: 'page', configMap: { name: `page-${version}` } }],
    },
  ),
  service('front', { ports: [{ port: 80, targetPort: 'http' }] }),
];

const database = () => [
  workload(
    'StatefulSet',
    'db',
    {
      serviceName: 'db',
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
    {
      containers: [
        shell(
          'db',
          "echo started >>/data/log; trap 'exit 0' TERM; while true; do sleep 0.1; done",
          {
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          },
        ),
      ],
    },
  ),
  service('db', { clusterIP: 'None', ports: [{ port: 5432 }] }),
];

const api = () => [
  workload(
    'Deployment',
    'api',
    {},
    {
      initContainers: [
        shell('wait', 'until nslookup db-0.db.default.svc.cluster.local; do sleep 0.2; done'),
      ],
      containers: [
        shell('api', `mkdir /www; echo api >/www/page; ${SERVE}`, {
          readinessProbe: { exec: { command: ['wget', '-qO-', 'http://front/page'] } },
        }),
      ],
    },
  ),
];

const clock = () => [
  {
    ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'clock' } },
    spec: {
      schedule: '* * * * *',
      jobTemplate: {
        spec: {
          template: { spec: { restartPolicy: 'Never', containers: [shell('c', 'echo ticked')] } },
        },
      },
    },
  },
];

const yaml = (objects: readonly object[]) => objects.map((each) => stringify(each)).join('---\n');

const play = (objects: readonly object[], ...flags: string[]) =>
  berth(['kube', 'play', ...flags, '-'], { stdin: yaml(objects) });

/** Asks the Service for its page without a pause, and counts. */
// Busybox's wget crashes with a deadline (-T).
const ASK =
  'n=0; bad=0; while [ ! -e /stop ]; do wget -q -O - http://front/page >/dev/null || bad=$((bad+1)); n=$((n+1)); done; echo asked $n times, $bad lost; sleep 1000';

it('plays an application, and rolls it forward and back without losing a request', async () => {
  const all = [...front('one'), ...database(), ...api(), ...clock()];
  const played = await play(all);
  expect(played.stderr).toContain('Deployment front  2 pods are ready');
  expect(played.exitCode).toBe(0);
  await cluster.createPod('client', { containers: [shell('ask', ASK)] });
  const page = async () =>
    (await berth(['kube', 'exec', 'client', '--', 'wget', '-qO-', 'http://front/page'])).stdout;
  await vi.waitFor(async () => expect(await page()).toBe('one'), PATIENCE);

  expect((await play(front('two'))).exitCode).toBe(0);
  expect(await page()).toBe('two');

  const broken = await play(front('three', 'broken.invalid/nosuch:1'), '--timeout', '20s');
  expect(broken.exitCode).not.toBe(0);
  expect(broken.stderr).toMatch(/Deployment "front" can't start|ImagePull/);
  expect(await page()).toBe('two');

  expect((await berth(['kube', 'rollout', 'undo', 'deployment/front'])).exitCode).toBe(0);
  expect((await berth(['kube', 'rollout', 'status', 'deployment/front'])).exitCode).toBe(0);
  expect(await page()).toBe('two');
  const history = await berth(['kube', 'rollout', 'history', 'deployment/front']);
  expect(history.stdout).toContain('(current)');

  expect((await berth(['kube', 'exec', 'client', '--', 'touch', '/stop'])).exitCode).toBe(0);
  await vi.waitFor(async () => {
    const { stdout } = await berth(['kube', 'logs', 'client']);
    const [, asked = '0', lost = ''] = /asked (\d+) times, (\d+) lost/.exec(stdout) ?? [];
    expect({ lost, many: Number(asked) > 200 }).toEqual({ lost: '0', many: true });
  }, PATIENCE);
  await cluster.removePod('client', 'gracePeriodSeconds=0');
});

it('a CronJob runs at its time', async () => {
  await vi.waitFor(async () => {
    const { stdout } = await berth(['kube', 'ps']);
    expect(stdout).toMatch(/job\/clock-\d+ +1\/1 +Completed/);
  }, PATIENCE);
  const { stdout } = await berth(['kube', 'ps']);
  const [, job = ''] = /job\/(clock-\d+) /.exec(stdout) ?? [];
  expect((await berth(['kube', 'logs', `job/${job}`])).stdout).toContain('ticked');
});

it('takes the application down, and its database finds its files when it comes back', async () => {
  const down = async (objects: readonly object[], ...flags: string[]) =>
    berth(['kube', 'down', ...flags, '-'], { stdin: yaml(objects) });
  const log = async () =>
    (await berth(['kube', 'exec', 'db-0', '--', 'cat', '/data/log'])).stdout.trim().split('\n');
  expect(await log()).toHaveLength(1);
  const pages = ['two', 'three'].flatMap((version) => front(version).slice(0, 1));
  const all = [...pages, ...front('one'), ...database(), ...api(), ...clock()];
  expect((await down(all)).exitCode).toBe(0);
  await vi.waitFor(async () => {
    expect((await berth(['kube', 'ps'])).stdout.trim().split('\n')).toHaveLength(1);
  }, PATIENCE);
  expect((await play(database())).exitCode).toBe(0);
  expect(await log()).toHaveLength(2);
  expect((await down(database(), '--volumes')).exitCode).toBe(0);
  await vi.waitFor(async () => {
    const { stdout } = await berth(['volume', 'ls', '-q']);
    expect(stdout).not.toContain('kube-default-data-db-0');
  }, PATIENCE);
  const { stdout } = await berth(['ps', '-aq']);
  expect(stdout).toBe('');
});
