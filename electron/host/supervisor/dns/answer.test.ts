import * as packet from 'dns-packet';
import { expect, test } from 'vitest';
import { answerMessage } from './answer.ts';

const resolve = async (name: string) => ({
  ...{ rcode: name === 'gone.corp' ? 3 : 0, ttl: 10 },
  answers: name === 'gone.corp' ? [] : [{ type: 'A' as const, name, ttl: 10, data: '10.1.2.3' }],
});
const query = (name: string, flags = packet.RECURSION_DESIRED) =>
  packet.encode({ type: 'query', id: 77, flags, questions: [{ type: 'A', name }] });
const answer = async (message: Buffer) => {
  const bytes = await answerMessage(message, resolve);
  return bytes && packet.decode(bytes);
};

test('answers a question under its own number', async () => {
  expect(await answer(query('a.corp'))).toMatchObject({
    ...{ id: 77, type: 'response', rcode: 'NOERROR', flag_rd: true, flag_ra: true },
    questions: [{ name: 'a.corp', type: 'A' }],
    answers: [{ name: 'a.corp', data: '10.1.2.3', ttl: 10 }],
  });
  expect(await answer(query('gone.corp'))).toMatchObject({ rcode: 'NXDOMAIN', answers: [] });
});

test('an unsupported query gets an error, and a message that is not a question gets no answer', async () => {
  const notify = 4 << 11;
  expect(await answer(query('a.corp', notify))).toMatchObject({ rcode: 'NOTIMP' });
  const broken = query('a.corp').subarray(0, 16);
  expect(await answer(broken)).toMatchObject({ id: 77, rcode: 'FORMERR' });
  expect(await answer(Buffer.from('short'))).toBeUndefined();
  expect(await answer(packet.encode({ type: 'response', id: 1 }))).toBeUndefined();
});
