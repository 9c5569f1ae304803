import * as packet from 'dns-packet';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Objects } from '../../objects/objects.ts';
import { endpointSlices } from '../../objects/resources.ts';
import { startEndpoints } from '../endpoints/endpoints-controller.ts';
import { ServiceEndpoints } from '../endpoints/service-endpoints.ts';
import {
  createPod,
  createService,
  eventually,
  noLog,
  setReady,
  testObjects,
} from '../testing/stored-objects.ts';
import { answerName } from './answer-name.ts';

let objects: Objects;
let endpoints: ServiceEndpoints;
beforeEach(async () => {
  objects = await testObjects();
  endpoints = new ServiceEndpoints(objects);
  const controller = startEndpoints(objects, noLog);
  onTestFinished(() => controller[Symbol.dispose]());
  await createService(objects, 'web', {
    ...{ clusterIP: '10.96.1.1', selector: { app: 'web' } },
    ports: [{ name: 'http', port: 80, targetPort: 8080 }],
  });
  await createService(objects, 'db', {
    ...{ clusterIP: 'None', selector: { app: 'db' } },
    ports: [{ name: 'sql', port: 5432 }],
  });
  const named = (hostname: string) => ({ app: 'db', spec: { hostname, subdomain: 'db' } });
  await createPod(objects, 'db-0', '10.0.0.1', named('db-0'));
  await createPod(objects, 'db-1', '10.0.0.2', named('db-1'));
  await createPod(objects, 'db-x', '10.0.0.3', { app: 'db' });
  await eventually(() => expect(objects.list(endpointSlices)[0]?.endpoints).toHaveLength(3));
});

/** A name server elsewhere that knows one name. */
const upstream = async (message: Buffer) => {
  const { id = 0, questions = [] } = packet.decode(message);
  const data = { type: 'A' as const, name: 'example.com', ttl: 60, data: '192.0.2.1' };
  return packet.encode({ type: 'response', id, questions, answers: [data] });
};

async function ask(name: string, type: 'A' | 'AAAA' | 'SRV' | 'PTR' = 'A') {
  const message = packet.encode({ type: 'query', id: 7, questions: [{ type, name }] });
  const answer = await answerName(message, { objects, endpoints }, upstream);
  return answer === undefined ? undefined : packet.decode(answer);
}
const dataOf = (answer: packet.DecodedPacket | undefined) =>
  answer?.answers?.map((record) => ('data' in record ? record.data : undefined)).sort();

test('a Service has the address of its proxy', async () => {
  const answer = await ask('web.default.svc.cluster.local');
  expect(answer).toMatchObject({ id: 7, rcode: 'NOERROR', flag_aa: true });
  expect(dataOf(answer)).toEqual(['10.96.1.1']);
  const mixed = await ask('Web.Default.svc.Cluster.Local');
  expect(mixed?.answers?.[0]).toMatchObject({ name: 'Web.Default.svc.Cluster.Local' });
  // It has no IPv6, but it is there: a client must not look further.
  expect(await ask('web.default.svc.cluster.local', 'AAAA')).toMatchObject({
    ...{ rcode: 'NOERROR', answers: [], authorities: [{ type: 'SOA' }] },
  });
});

test('a headless Service has the addresses of its pods, and each has a name', async () => {
  expect(dataOf(await ask('db.default.svc.cluster.local'))).toEqual([
    ...['10.0.0.1', '10.0.0.2', '10.0.0.3'],
  ]);
  expect(dataOf(await ask('db-0.db.default.svc.cluster.local'))).toEqual(['10.0.0.1']);
  expect(dataOf(await ask('10-0-0-3.db.default.svc.cluster.local'))).toEqual(['10.0.0.3']);
  expect(await ask('db-9.db.default.svc.cluster.local')).toMatchObject({ rcode: 'NXDOMAIN' });
  await setReady(objects, 'db-0', false);
  await eventually(async () =>
    expect(dataOf(await ask('db.default.svc.cluster.local'))).toEqual(['10.0.0.2', '10.0.0.3']),
  );
});

test('SRV records name ports and where they are', async () => {
  const web = await ask('_http._tcp.web.default.svc.cluster.local', 'SRV');
  expect(web?.answers).toMatchObject([
    { data: { port: 80, target: 'web.default.svc.cluster.local' } },
  ]);
  expect(web?.additionals).toMatchObject([{ type: 'A', data: '10.96.1.1' }]);
  const db = await ask('_sql._tcp.db.default.svc.cluster.local', 'SRV');
  expect(db?.answers).toHaveLength(3);
  expect(db?.answers).toContainEqual(
    expect.objectContaining({
      data: expect.objectContaining({ port: 5432, target: 'db-1.db.default.svc.cluster.local' }),
    }),
  );
  expect(await ask('_sql._udp.db.default.svc.cluster.local', 'SRV')).toMatchObject({
    rcode: 'NXDOMAIN',
  });
  expect((await ask('db.default.svc.cluster.local', 'SRV'))?.answers).toHaveLength(3);
});

test('an ExternalName is an alias, and its target comes along', async () => {
  await createService(objects, 'out', { type: 'ExternalName', externalName: 'example.com' });
  await createService(objects, 'in', {
    ...{ type: 'ExternalName', externalName: 'web.default.svc.cluster.local' },
  });
  expect((await ask('out.default.svc.cluster.local'))?.answers).toMatchObject([
    { type: 'CNAME', data: 'example.com' },
    { type: 'A', name: 'example.com', data: '192.0.2.1' },
  ]);
  expect((await ask('in.default.svc.cluster.local'))?.answers).toMatchObject([
    { type: 'CNAME' },
    { type: 'A', data: '10.96.1.1' },
  ]);
});

test('aliases of each other end', async () => {
  for (const [name, other] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    await createService(objects, name, {
      ...{ type: 'ExternalName', externalName: `${other}.default.svc.cluster.local` },
    });
  }
  expect((await ask('a.default.svc.cluster.local'))?.answers?.length).toBeGreaterThan(1);
});

test('pods have names made of their addresses, and addresses have names', async () => {
  expect(dataOf(await ask('10-0-0-1.default.pod.cluster.local'))).toEqual(['10.0.0.1']);
  expect(dataOf(await ask('1.1.96.10.in-addr.arpa', 'PTR'))).toEqual([
    'web.default.svc.cluster.local',
  ]);
  expect(dataOf(await ask('1.0.0.10.in-addr.arpa', 'PTR'))).toEqual([
    'db-0.db.default.svc.cluster.local',
  ]);
});

test('unknown names of the cluster don’t exist, and other names are for other servers', async () => {
  const unknown = ['no.default.svc.cluster.local', 'example.com.default.svc.cluster.local'];
  for (const name of [...unknown, 'web.other.svc.cluster.local', 'x.cluster.local']) {
    expect(await ask(name), name).toMatchObject({ rcode: 'NXDOMAIN' });
  }
  expect(await ask('default.svc.cluster.local')).toMatchObject({ rcode: 'NOERROR', answers: [] });
  for (const name of ['example.com', 'web', 'notcluster.local', '9.9.9.9.in-addr.arpa']) {
    expect(await ask(name, name.endsWith('arpa') ? 'PTR' : 'A'), name).toBeUndefined();
  }
});
