import type { ListMeta } from 'kubernetes-types/meta/v1.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StandInCluster } from './stand-in-cluster.ts';

let cluster: StandInCluster;

beforeEach(async () => {
  cluster = await StandInCluster.start();
});

afterEach(() => cluster[Symbol.asyncDispose]());

const configMaps = () => `${cluster.url}/api/v1/namespaces/default/configmaps`;

function post(body: object): Promise<Response> {
  return fetch(configMaps(), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function listVersion(): Promise<string> {
  const list = (await (await fetch(configMaps())).json()) as { metadata: ListMeta };
  return list.metadata.resourceVersion ?? '';
}

describe('the stand-in cluster', () => {
  it('stores objects', async () => {
    expect((await post({ metadata: { name: 'one' }, data: { a: 'b' } })).status).toBe(201);
    const response = await fetch(`${configMaps()}/one`);
    expect(await response.json()).toMatchObject({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } },
      metadata: { name: 'one', namespace: 'default' },
    });
  });

  it('refuses an object that exists', async () => {
    await post({ metadata: { name: 'one' } });
    const response = await post({ metadata: { name: 'one' } });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      ...{ kind: 'Status', status: 'Failure', reason: 'AlreadyExists', code: 409 },
      message: 'configmaps "one" already exists',
      details: { name: 'one', kind: 'configmaps' },
    });
  });

  it('lets no client say that an object is being deleted', async () => {
    const deletion = { deletionTimestamp: '2020-01-01T00:00:00Z', deletionGracePeriodSeconds: 0 };
    const metadata = { name: 'one', finalizers: ['example.com/keep'], ...deletion };
    const send = async (method: string, type: string, path: string, body: object) => {
      const headers = { 'Content-Type': `application/${type}` };
      const response = await fetch(path, { method, headers, body: JSON.stringify(body) });
      return ((await response.json()) as { metadata: Record<string, unknown> }).metadata;
    };
    const one = `${configMaps()}/one`;
    const two = `${configMaps()}/two?fieldManager=test`;
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, name: 'two' } };
    const answers = [
      await send('POST', 'json', configMaps(), { metadata }),
      await send('PUT', 'json', one, { metadata }),
      await send('PATCH', 'merge-patch+json', one, { metadata }),
      await send('PATCH', 'apply-patch+yaml', two, applied),
      await send('PATCH', 'apply-patch+yaml', two, applied),
    ];
    for (const answer of answers) {
      expect(answer.finalizers).toEqual(['example.com/keep']);
      expect(Object.keys(answer)).not.toContain('deletionTimestamp');
      expect(Object.keys(answer)).not.toContain('deletionGracePeriodSeconds');
    }
    const removing = await send('DELETE', 'json', one, {});
    const { deletionTimestamp } = removing;
    expect(deletionTimestamp).toEqual(expect.any(String));
    expect(deletionTimestamp).not.toBe(deletion.deletionTimestamp);
    expect(await send('PUT', 'json', one, { metadata })).toMatchObject({ deletionTimestamp });
  });

  it('tells of changes since a version', async () => {
    const resourceVersion = await listVersion();
    await post({ metadata: { name: 'one' } });
    const query = `watch=true&timeoutSeconds=1&resourceVersion=${resourceVersion}`;
    const text = await (await fetch(`${configMaps()}?${query}`)).text();
    expect(
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ type: 'ADDED', object: { metadata: { name: 'one' } } }]);
  });

  it('forgets versions on request', async () => {
    const resourceVersion = await listVersion();
    await post({ metadata: { name: 'one' } });
    cluster.expireWatches();
    const response = await fetch(`${configMaps()}?watch=true&resourceVersion=${resourceVersion}`);
    expect(JSON.parse(await response.text())).toMatchObject({
      ...{ type: 'ERROR', object: { code: 410, reason: 'Expired' } },
    });
  });

  it('fails as a test asks', async () => {
    cluster.faults.add({
      verb: 'list',
      resource: 'configmaps',
      kind: 'too-many-requests',
      times: 1,
    });
    const refused = await fetch(configMaps());
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '1']);
    expect((await fetch(configMaps())).status).toBe(200);
    cluster.faults.add({ kind: 'drop' });
    await expect(fetch(configMaps())).rejects.toThrow();
  });

  it('runs pods', async () => {
    const pods = `${cluster.url}/api/v1/namespaces/default/pods`;
    const watch = fetch(`${pods}?watch=true&timeoutSeconds=10`).then((response) => response.body);
    await fetch(pods, {
      method: 'POST',
      body: JSON.stringify({
        metadata: { name: 'web' },
        spec: { containers: [{ name: 'web', image: 'nginx' }] },
      }),
    });
    let text = '';
    for await (const chunk of (await watch) ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('"phase":"Running"')) break;
    }
    expect(text).toContain('"nodeName":"berth"');
  });
});
