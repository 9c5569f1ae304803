import { once } from 'node:events';
import { performServerHandshake } from 'node:http2';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { socketPair } from '../testing/test-client.ts';
import { readSessionOffer } from './offer.ts';
import { Sessions } from './sessions.ts';
import { Tunnel } from './tunnel.ts';

const { signal } = new AbortController();
const offer = (id: string) => ({ id, sharedKey: '', methods: ['/a.B/C'] });

test('reads repeated headers, and joined ones', () => {
  const headers = {
    'x-docker-expose-session-uuid': ['me'],
    'x-docker-expose-session-sharedkey': 'ctx:1',
    'x-docker-expose-session-grpc-method': ['/a.B/C', '/d.E/F, /g.H/I'],
  };
  expect(readSessionOffer(headers)).toEqual({
    ...{ id: 'me', sharedKey: 'ctx:1', methods: ['/a.B/C', '/d.E/F', '/g.H/I'] },
  });
});

test('a build finds a session that opens a little later, until the client disconnects', async () => {
  await using pair = await socketPair();
  const sessions = new Sessions();
  const found = sessions.find('later', signal);
  const client = performServerHandshake(pair.client);
  client.on('error', () => client.destroy());
  const served = sessions.serve(offer('later'), pair.engine);
  const session = await found;
  expect([session.has('/A.b/c'), session.has('/x.Y/Z')]).toEqual([true, false]);
  expect(() => sessions.check(offer('later'))).toThrow('session later already exists');
  expect(() => sessions.check(offer(''))).toThrow('session ID is required');
  pair.client.destroy();
  await served;
  expect(sessions.get('later')).toBeUndefined();
});

const impatient = { intervalMs: 5, timeoutMs: 100, failures: 2 };

/** A client's end of a session that answers each call with `status`, or not at all. */
async function sessionOf(status: string | undefined) {
  const pair = await socketPair();
  const client = performServerHandshake(pair.client);
  client.on('error', () => client.destroy());
  let asked = 0;
  client.on('stream', (stream, headers) => {
    expect(headers[':path']).toBe('/grpc.health.v1.Health/Check');
    asked += 1;
    stream.on('error', () => stream.destroy());
    if (status === undefined) return;
    stream.respond({ ':status': 200, 'grpc-status': status }, { endStream: true });
  });
  return { pair, asked: () => asked };
}

test('a session whose client no longer answers ends, and its build does', async () => {
  const { pair, asked } = await sessionOf(undefined);
  await using _ = pair;
  const silent: string[] = [];
  const sessions = new Sessions((id) => silent.push(id), impatient);
  await sessions.serve(offer('vanished'), pair.engine);
  expect(silent).toEqual(['vanished']);
  expect(asked()).toBe(impatient.failures);
  expect(sessions.get('vanished')).toBeUndefined();
});

test('a session stays while its client answers, even if only that it knows no such method', async () => {
  const { pair, asked } = await sessionOf('12');
  await using _ = pair;
  const silent: string[] = [];
  const sessions = new Sessions((id) => silent.push(id), impatient);
  const served = sessions.serve(offer('old'), pair.engine);
  await expect.poll(asked).toBeGreaterThan(impatient.failures * 3);
  expect(sessions.get('old')).toBeDefined();
  pair.client.destroy();
  await served;
  expect(silent).toEqual([]);
});

test('a tunnel carries bytes in both directions and ends with the client', async () => {
  const received = new PassThrough({ objectMode: true });
  const tunnel = new Tunnel(received as AsyncIterable<{ data: Uint8Array }>);
  const sent: string[] = [];
  const sending = (async () => {
    for await (const { data } of tunnel.sent()) sent.push(Buffer.from(data).toString());
  })();
  received.write({ data: Buffer.from('in') });
  expect(String((await once(tunnel, 'data'))[0])).toBe('in');
  tunnel.write('out');
  received.end();
  await once(tunnel, 'end');
  tunnel.end();
  await sending;
  expect(sent).toEqual(['out']);
});
