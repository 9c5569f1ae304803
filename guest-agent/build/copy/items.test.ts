import { expect, test } from 'vitest';
import { type TarMember, tarMember } from '../../store/tar/member.ts';
import { contentHash } from './items.ts';

const file = (parts: Partial<TarMember> = {}, text = 'text') => {
  const content = Buffer.from(text);
  const member = tarMember({ name: 'a', type: 'file', size: content.length, ...parts });
  return { member, content: [content] };
};
const hash = (...items: ReturnType<typeof file>[]) => contentHash(items);

test('times don’t change the key', async () => {
  expect(await hash(file({ mtime: 1 }))).toBe(await hash(file({ mtime: 2 })));
});

test.each<[string, ReturnType<typeof file>]>([
  ['content', file({}, 'texT')],
  ['name', file({ name: 'b' })],
  ['mode', file({ mode: 0o755 })],
  ['owner', file({ uid: 1 })],
  ['attributes', file({ xattrs: { 'user.x': Buffer.from('1') } })],
])('%s changes it', async (_, other) => {
  expect(await hash(other)).not.toBe(await hash(file()));
});

test('the boundary between files counts', async () => {
  const one = [file({ name: 'a' }, 'xy'), file({ name: 'b' }, '')];
  const two = [file({ name: 'a' }, 'x'), file({ name: 'b' }, 'y')];
  expect(await hash(...one)).not.toBe(await hash(...two));
});
