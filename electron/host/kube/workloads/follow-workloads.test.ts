import { afterEach, beforeEach, expect, it } from 'vitest';
import { deployments } from '../../../../guest-agent/kube/objects/resources.ts';
import { StandInCluster } from '../../../../guest-agent/kube/testing/stand-in-cluster.ts';
import type { ListedObject } from '../../../api/kube/workloads.ts';
import { createKubeClient } from '../client/kube-client.ts';
import type { KubeContext } from '../contexts/contexts.ts';
import { followEvents } from './follow-events.ts';
import { followWorkloads } from './follow-workloads.ts';

let cluster: StandInCluster;
let ending: AbortController;

const web = (image: string, replicas = 1) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        initContainers: [{ name: 'setup', image: 'setup' }],
        containers: [{ name: 'main', image, ports: [{ containerPort: 80 }] }],
      },
    },
  },
});

beforeEach(async () => {
  cluster = await StandInCluster.start();
  ending = new AbortController();
});

afterEach(async () => {
  ending.abort();
  await cluster[Symbol.asyncDispose]();
});

function client(server = cluster.url) {
  const context: KubeContext = {
    ...{ name: 'test', namespace: 'default', server, cluster: 'test', user: 'test' },
    ...{ isLocal: false, isCurrent: true },
  };
  return createKubeClient(context, { server, access: async () => ({ headers: {}, tls: {} }) });
}

async function until(
  lists: AsyncGenerator<ListedObject[]>,
  isExpected: (list: readonly ListedObject[]) => boolean,
): Promise<readonly ListedObject[]> {
  for (;;) {
    const { value, done } = await lists.next();
    if (done) throw new Error('the list has ended');
    if (isExpected(value)) return value;
  }
}

const apply = (object: ReturnType<typeof web>) =>
  client().json('PATCH', '/apis/apps/v1/namespaces/default/deployments/web', {
    query: { fieldManager: 'test', force: true },
    type: 'application/apply-patch+yaml',
    body: object,
  });

it('shows workloads with their pods, and again after each change and after missed ones', async () => {
  const lists = followWorkloads(client(), 'default', ending.signal);
  expect(await until(lists, () => true)).toEqual([]);
  await apply(web('nginx', 2));
  const both = await until(lists, (list) => list.filter((each) => each.isHealthy).length === 3);
  expect(both.map(({ kind, depth, ready }) => [kind, depth, ready])).toEqual([
    ['Deployment', 0, '2/2'],
    ['Pod', 1, '1/1'],
    ['Pod', 1, '1/1'],
  ]);
  expect(both[0]).toMatchObject({ replicas: 2, images: ['nginx'] });
  expect(both[1]).toMatchObject({
    owner: { kind: 'Deployment', name: 'web' },
    containers: ['main', 'setup'],
    ports: [80],
  });
  cluster.expireWatches();
  await apply(web('broken:1', 1));
  const broken = await until(lists, (list) => list.some(({ problem }) => problem !== ''));
  expect(broken.find(({ problem }) => problem !== '')).toMatchObject({
    status: 'ImagePullBackOff',
    problem: 'Back-off pulling image "broken:1"',
  });
  await cluster.objects.remove(deployments, { namespace: 'default', name: 'web' });
  await until(lists, (list) => list.length === 0);
});

it('skips kinds that the user may not see, but not pods', async () => {
  cluster.faults.add({ verb: 'list', resource: 'cronjobs', kind: 'forbidden' });
  await apply(web('nginx'));
  const lists = followWorkloads(client(), 'default', ending.signal);
  await until(lists, ([first]) => first?.kind === 'Deployment');
  cluster.faults.add({ verb: 'list', resource: 'pods', kind: 'forbidden' });
  const refused = followWorkloads(client(), 'default', ending.signal);
  await expect(refused.next()).rejects.toMatchObject({ status: 403 });
});

it('fails at once if the cluster can’t be reached', async () => {
  const lists = followWorkloads(client('http://127.0.0.1:1'), undefined, ending.signal);
  await expect(lists.next()).rejects.toThrow('nothing listens at http://127.0.0.1:1');
});

it('shows events, the newest first', async () => {
  await apply(web('broken:1'));
  const events = followEvents(client(), 'default', ending.signal);
  for await (const list of events) {
    const failed = list.find(({ reason }) => reason === 'Failed');
    if (!failed) continue;
    expect(failed).toMatchObject({ type: 'Warning', involvedObject: { kind: 'Pod' } });
    break;
  }
});
