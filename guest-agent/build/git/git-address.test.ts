import { expect, test } from 'vitest';
import { parseContextAddress, parseGitAddress } from './git-address.ts';

test.each([
  ['https://h/a/b.git', { remote: 'https://h/a/b.git', scheme: 'https', ref: '', subdir: '' }],
  ['https://h/b.git#v1:a/../d/', { remote: 'https://h/b.git', ref: 'v1', subdir: 'd' }],
  ['https://h/b.git#:d', { ref: '', subdir: 'd' }],
  ['https://h:8/b.git?branch=x&subdir=d', { host: 'h:8', ref: 'refs/heads/x', subdir: 'd' }],
  ['https://h/b.git?tag=v1&checksum=abc', { ref: 'refs/tags/v1', checksum: 'abc' }],
  ['https://h/b.git?keep-git-dir&submodules=0', { keepGitDir: true, submodules: false }],
  ['https://h/b.git?ref=x#x', { ref: 'x' }],
  ['git://h/b', { remote: 'git://h/b', scheme: 'git' }],
  ['git@h:a/b.git#main', { remote: 'git@h:a/b.git', scheme: 'ssh', host: 'h', ref: 'main' }],
  ['me@h:b?ref=x', { remote: 'me@h:b', ref: 'x' }],
  ['ssh://git@h:22/b#x', { remote: 'ssh://git@h:22/b', scheme: 'ssh', ref: 'x' }],
])('%s is a repository', (text, expected) => {
  expect(parseGitAddress(text)).toMatchObject(expected);
});

test.each(['https://h/b', 'https://h/b.tar', './b.git', 'b.git', '/b.git', 'github.com/a/b'])(
  '%s isn’t a repository',
  (text) => {
    expect(parseGitAddress(text)).toBeUndefined();
  },
);

test('a context can leave out the scheme of GitHub', () => {
  const remote = 'https://github.com/a/b.git';
  expect(parseContextAddress('github.com/a/b#x:y')).toMatchObject({ remote, ref: 'x' });
  expect(parseContextAddress('github.com/a/b.git')).toMatchObject({ remote });
});

test.each([
  ['?ref=a#b', 'ref conflicts: "b" vs "a"'],
  ['?tag=a&branch=b', 'branch conflicts with tag'],
  ['?ref=a&ref=b', 'query "ref" has multiple values'],
  ['?ref=', 'query "ref" has no value'],
  ['?keep-git-dir=maybe', 'invalid keep-git-dir value: "maybe"'],
  ['?mtime=now', 'invalid mtime value: "now" (must be "checkout" or "commit")'],
  ['?depth=1', 'unexpected query "depth"'],
])('%s is refused', (options, message) => {
  expect(() => parseGitAddress(`https://h/b.git${options}`)).toThrow(message);
});
