import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { kubectlProgram } from '../testing/kubectl-program.ts';
import { StandInCluster } from '../testing/stand-in-cluster.ts';

/* What people do to workloads with kubectl, against the controllers and a stand-in for pods. */

const run = promisify(execFile);
let cluster: StandInCluster;
let directory: string;

beforeEach(async () => {
  cluster = await StandInCluster.start();
  directory = await mkdtemp(join(tmpdir(), 'berth-kubectl-'));
  await writeFile(join(directory, 'kubeconfig'), cluster.kubeconfig());
});
afterEach(async () => {
  await cluster[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

async function kubectl(line: string, ...more: string[]): Promise<string> {
  const env = { ...process.env, KUBECONFIG: join(directory, 'kubeconfig') };
  const program = await kubectlProgram();
  const { stdout } = await run(program, [...line.split(' '), ...more], { env, timeout: 120_000 });
  return stdout.trim();
}

async function apply(kind: string, spec: object): Promise<void> {
  const object = { apiVersion: 'apps/v1', kind, metadata: { name: 'web' }, spec: workload(spec) };
  const file = join(directory, 'web.json');
  await writeFile(file, JSON.stringify(object));
  await kubectl(`apply -f ${file}`);
}

const workload = (spec: object) => ({
  selector: { matchLabels: { app: 'web' } },
  template: {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: 'web:1' }] },
  },
  ...spec,
});

/** The image of each pod that is ready. */
async function readyImages(): Promise<string[]> {
  const path =
    '{range .items[*]}{.spec.containers[0].image}{" "}{.status.containerStatuses[0].ready}{"\\n"}{end}';
  const lines = (await kubectl('get pods -l app=web -o', `jsonpath=${path}`)).split('\n');
  return lines.filter((line) => line.endsWith(' true')).map((line) => line.split(' ')[0] ?? '');
}

const settled = (kind: string) => kubectl(`rollout status ${kind}/web --timeout=60s`);

it('rolls a Deployment forward, to a broken image and back', async () => {
  await apply('Deployment', { replicas: 3 });
  await settled('deployment');
  await kubectl('set image deployment/web web=web:2');
  expect(await settled('deployment')).toContain('successfully rolled out');
  expect(await readyImages()).toEqual(['web:2', 'web:2', 'web:2']);

  await kubectl('set image deployment/web web=broken:3');
  await expect(kubectl('rollout status deployment/web --timeout=2s')).rejects.toThrow('timed out');
  expect((await readyImages()).filter((image) => image === 'web:2')).toHaveLength(3);
  expect(await kubectl('rollout history deployment/web')).toMatch(/^1 +.*\n2 +.*\n3 +/m);

  await kubectl('rollout undo deployment/web');
  await settled('deployment');
  expect(await readyImages()).toEqual(['web:2', 'web:2', 'web:2']);
  await kubectl('rollout undo deployment/web --to-revision=1');
  await settled('deployment');
  expect(await readyImages()).toEqual(['web:1', 'web:1', 'web:1']);
});

it('scales, pauses, resumes and restarts a Deployment', async () => {
  await apply('Deployment', { replicas: 1 });
  await settled('deployment');
  await kubectl('scale deployment/web --replicas=3');
  await settled('deployment');
  expect(await readyImages()).toHaveLength(3);

  await kubectl('rollout pause deployment/web');
  await kubectl('set image deployment/web web=web:2');
  await kubectl('wait deployment/web --for=condition=Progressing=Unknown --timeout=60s');
  expect(await readyImages()).toEqual(['web:1', 'web:1', 'web:1']);
  await kubectl('rollout resume deployment/web');
  await settled('deployment');
  expect(await readyImages()).toEqual(['web:2', 'web:2', 'web:2']);

  const before = (await kubectl('get pods -o name')).split('\n');
  await kubectl('rollout restart deployment/web');
  await settled('deployment');
  const after = (await kubectl('get pods -o name')).split('\n');
  expect(after.filter((name) => before.includes(name))).toEqual([]);
});

it.each([
  ['StatefulSet', { replicas: 2, serviceName: 'web' }],
  ['DaemonSet', {}],
])('rolls a %s forward and back', async (kind, spec) => {
  await apply(kind, spec);
  await settled(kind);
  const first = await readyImages();
  await kubectl(`set image ${kind}/web web=web:2`);
  await settled(kind);
  expect(new Set(await readyImages())).toEqual(new Set(['web:2']));
  expect(await kubectl(`rollout history ${kind}/web`)).toMatch(/^1 +.*\n2 +/m);
  await kubectl(`rollout undo ${kind}/web`);
  await settled(kind);
  expect(await readyImages()).toEqual(first);
});

it('runs Jobs, also those of a CronJob, and deletes them with their pods', async () => {
  await kubectl('create job once --image=box');
  await kubectl('wait job/once --for=condition=complete --timeout=60s');
  expect(await kubectl('get job once --no-headers')).toMatch(/^once +Complete +1\/1 /);
  await kubectl('create', ...['cronjob', 'daily', '--image=box', '--schedule=0 3 * * *']);
  await kubectl('create job now --from=cronjob/daily');
  await kubectl('wait job/now --for=condition=complete --timeout=60s');
  await kubectl('delete job once now --cascade=foreground --timeout=60s');
  expect(await kubectl('get pods -o name')).toBe('');
});

it('deletes the pods of a Deployment with it, or leaves them to the next one', async () => {
  await apply('Deployment', { replicas: 2 });
  await settled('deployment');
  const before = await kubectl('get pods -o name');
  await kubectl('delete deployment web --cascade=orphan');
  await apply('Deployment', { replicas: 2 });
  await settled('deployment');
  expect(await kubectl('get pods -o name')).toBe(before);
  await kubectl('delete deployment web --cascade=foreground --timeout=60s');
  expect(await kubectl('get pods,replicasets -o name')).toBe('');
});
