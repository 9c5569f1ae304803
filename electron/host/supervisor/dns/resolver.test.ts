import { expect, test } from 'vitest';
import { type NameSources, resolveName } from './resolver.ts';

const failing = (code: string) => async () => {
  throw Object.assign(new Error(code), { code });
};
const sources = (some: Partial<NameSources>): NameSources => ({
  ...{ addresses: failing('EUNEXPECTED'), records: failing('EUNEXPECTED'), ...some },
});
const both = sources({ addresses: async () => ['fd00::1', '10.1.2.3'] });

test.each([
  ['A', '10.1.2.3'],
  ['AAAA', 'fd00::1'],
])('%s is what the system says of that family', async (type, data) => {
  expect(await resolveName('a.corp', type, both)).toEqual({
    ...{ rcode: 0, ttl: 10, answers: [{ type, name: 'a.corp', ttl: 10, data }] },
  });
});

test('a name with addresses of the other family alone exists', async () => {
  const v4 = sources({ addresses: async () => ['10.1.2.3'] });
  expect(await resolveName('a.corp', 'AAAA', v4)).toMatchObject({ rcode: 0, answers: [] });
});

test.each([
  ['ENOTFOUND', 3, 3],
  ['ENODATA', 0, 3],
  ['EAI_AGAIN', 2, 0],
])('%s becomes code %i, kept for %i s', async (code, rcode, ttl) => {
  const broken = sources({ addresses: failing(code), records: failing(code) });
  for (const type of ['A', 'MX']) {
    expect(await resolveName('a.corp', type, broken)).toEqual({ rcode, ttl, answers: [] });
  }
});

test('other records come from the servers of the system; unknown types have none', async () => {
  const records = sources({ records: async () => [{ preference: 5, exchange: 'mail.corp' }] });
  expect(await resolveName('corp', 'MX', records)).toMatchObject({
    answers: [{ type: 'MX', name: 'corp', data: { preference: 5, exchange: 'mail.corp' } }],
  });
  expect(await resolveName('corp', 'UNKNOWN_65', records)).toMatchObject({ rcode: 0, answers: [] });
});

test('the system knows localhost, whatever its servers say', async () => {
  const { answers } = await resolveName('localhost', 'A');
  expect(answers).toMatchObject([{ data: '127.0.0.1' }]);
});
