import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import * as packet from 'dns-packet';
import { expect, onTestFinished, test } from 'vitest';
import { answerMessage } from './answer.ts';
import { readRecords, resolveName } from './resolver.ts';

const records: packet.Answer[] = [
  { type: 'MX', name: 'corp', data: { preference: 5, exchange: 'mail.corp' } },
  { type: 'TXT', name: 'corp', data: [Buffer.from('v=spf1'), Buffer.from('-all')] },
  {
    ...{ type: 'SRV', name: '_ldap._tcp.corp' },
    data: { priority: 1, weight: 2, port: 389, target: 'dc.corp' },
  },
  { type: 'PTR', name: '3.2.1.10.in-addr.arpa', data: 'a.corp' },
  { type: 'CNAME', name: 'www.corp', data: 'a.corp' },
  { type: 'NS', name: 'corp', data: 'ns.corp' },
  { type: 'CAA', name: 'corp', data: { issuerCritical: true, tag: 'issue', value: 'ca.corp' } },
  {
    ...{ type: 'SOA', name: 'corp' },
    data: {
      ...{ mname: 'ns.corp', rname: 'root.corp', serial: 7 },
      ...{ refresh: 1, retry: 2, expire: 3, minimum: 4 },
    },
  },
  {
    ...{ type: 'NAPTR', name: 'corp' },
    data: {
      ...{ order: 1, preference: 2, flags: 's', services: 'SIP+D2U', regexp: '' },
      replacement: '_sip._udp.corp',
    },
  },
];

/** The name server of a company, as a resolver that asks it alone. */
async function companyResolver(): Promise<Resolver> {
  const server = createSocket('udp4');
  server.on('message', (message, from) => {
    const { id = 0, questions = [] } = packet.decode(message);
    const answers = records.filter(
      ({ name, type }) => name === questions[0]?.name && type === questions[0]?.type,
    );
    const flags = packet.RECURSION_AVAILABLE | (answers.length > 0 ? 0 : 3);
    server.send(
      packet.encode({ type: 'response', id, flags, questions, answers }),
      from.port,
      from.address,
    );
  });
  await once(server.bind(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const resolver = new Resolver({ timeout: 2_000 });
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
  return resolver;
}

test('every record type arrives unchanged', async () => {
  const resolver = await companyResolver();
  const sources = {
    addresses: async () => [],
    records: (
      ...question: Parameters<typeof readRecords> extends [unknown, ...infer Rest] ? Rest : never
    ) => readRecords(resolver, ...question),
  };
  for (const { name, type, ...record } of records as (packet.Answer & { data: unknown })[]) {
    const question = { type: type as packet.RecordType, name };
    const message = packet.encode({ type: 'query', id: 1, questions: [question] });
    const answer = await answerMessage(message, (...asked) => resolveName(...asked, sources));
    const [found] = packet.decode(answer ?? Buffer.alloc(0)).answers ?? [];
    expect(found).toMatchObject({ name, type, data: record.data });
  }
  expect(await resolveName('gone.corp', 'MX', sources)).toMatchObject({ rcode: 3 });
});
