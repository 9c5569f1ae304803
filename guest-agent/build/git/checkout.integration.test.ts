import { access, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { checkOut } from './checkout.ts';
import { parseGitAddress } from './git-address.ts';
import type { GitClient } from './git-program.ts';
import { git, serveGit } from './testing/git-server.ts';

const nothing: GitClient = { secret: async () => undefined, agent: async () => undefined };

/** A repository with two commits on `main`, a branch, tags and a submodule. */
async function createRepository() {
  const directory = await temporaryDirectory();
  opened.use(directory);
  const at = (path: string) => join(directory.path, path);
  const server = await serveGit(directory.path);
  opened.use(server);
  await mkdir(at('sub.git'));
  await git(at('sub.git'), 'init', '-q', '-b', 'main');
  await writeFile(at('sub.git/inner'), 'inner');
  await git(at('sub.git'), 'add', '.');
  await git(at('sub.git'), 'commit', '-qm', 'inner');
  await mkdir(at('r.git/deep/er'), { recursive: true });
  const r = (...args: string[]) => git(at('r.git'), ...args);
  await r('init', '-q', '-b', 'main');
  await writeFile(at('r.git/file'), 'one');
  await writeFile(at('r.git/deep/er/f'), 'deep');
  await symlink('/etc', at('r.git/link'));
  await r('add', '.');
  await r('commit', '-qm', 'one');
  await r('tag', '-am', 'first', 'v1');
  const first = (await r('rev-parse', 'HEAD')).trim();
  await r('checkout', '-qb', 'other');
  await writeFile(at('r.git/file'), 'other');
  await r('commit', '-qam', 'other');
  await r('checkout', '-q', 'main');
  await writeFile(at('r.git/file'), 'two');
  await r('submodule', '--quiet', 'add', `${server.url}/sub.git`, 'm');
  await r('commit', '-qam', 'two');
  const take = async (suffix: string, options: { keep?: boolean; client?: GitClient } = {}) => {
    const address = parseGitAddress(`${server.url}/r.git${suffix}`);
    if (address === undefined) throw new Error('not an address');
    const scratch = await temporaryDirectory();
    onTestFinished(() => scratch[Symbol.asyncDispose]());
    const target = join(scratch.path, 'out');
    await checkOut(address, target, {
      keepGitDir: options.keep ?? false,
      scratch: scratch.path,
      client: options.client ?? nothing,
      signal: AbortSignal.timeout(60_000),
    });
    return target;
  };
  return { server, take, first, tag: (await r('rev-parse', 'v1')).trim() };
}

const opened = new AsyncDisposableStack();
let shared: Awaited<ReturnType<typeof createRepository>> | undefined;
beforeAll(async () => {
  shared = await createRepository();
}, 60_000);
afterAll(() => opened.disposeAsync());

function repository() {
  if (shared === undefined) throw new Error('not created');
  return shared;
}

const text = (directory: string, name = 'file') => readFile(join(directory, name), 'utf8');

test('a branch, a tag, a commit, and the default branch with its submodule', async () => {
  const { take, first } = repository();
  const main = await take('');
  expect(await text(main)).toBe('two');
  expect(await text(main, 'm/inner')).toBe('inner');
  expect(await readdir(main)).not.toContain('.git');
  expect(await text(await take('#other'))).toBe('other');
  expect(await text(await take('#v1'))).toBe('one');
  expect(await text(await take('?tag=v1'))).toBe('one');
  expect(await text(await take('?branch=other'))).toBe('other');
  expect(await text(await take(`#${first}`))).toBe('one');
  expect(await text(await take('#:deep/er'), 'f')).toBe('deep');
  await expect(access(join(await take('?submodules=false'), 'm/inner'))).rejects.toThrow('ENOENT');
});

test('checksums are those of the commit or of the tag', async () => {
  const { take, first, tag } = repository();
  expect(await text(await take(`?ref=v1&checksum=${first}`))).toBe('one');
  expect(await text(await take(`?ref=v1&checksum=${tag.slice(0, 9)}`))).toBe('one');
  expect(await text(await take(`?checksum=${first}&fetch-by-commit=1`))).toBe('one');
  await expect(take(`?checksum=${first}`)).rejects.toThrow(
    `expected checksum to match ${first}, got `,
  );
  await expect(take('?checksum=xyz')).rejects.toThrow('invalid checksum xyz for Git URL');
});

test('the repository’s own records are kept on request, and files can have its times', async () => {
  const { take, server } = repository();
  const kept = await take('#v1', { keep: true });
  expect((await git(kept, 'log', '--format=%s')).trim()).toBe('one');
  expect((await git(kept, 'remote', 'get-url', 'origin')).trim()).toBe(`${server.url}/r.git`);
  const { mtimeMs } = await stat(join(await take('?mtime=commit'), 'file'));
  expect(new Date(mtimeMs).toISOString()).toBe('2020-01-02T03:04:05.000Z');
});

test('kept records have no credentials, also of submodules, and no paths of the engine', async () => {
  await using directory = await temporaryDirectory();
  await using server = await serveGit(directory.path);
  const at = (path: string) => join(directory.path, path);
  for (const [name, submodule] of [
    ['inner.git', undefined],
    ['sub.git', '../inner.git'],
    ['top.git', '../sub.git'],
  ] as const) {
    await mkdir(at(name));
    await git(at(name), 'init', '-q', '-b', 'main');
    await writeFile(at(`${name}/file`), name);
    await git(at(name), 'remote', 'add', 'origin', `${server.url}/${name}`);
    if (submodule) await git(at(name), 'submodule', '--quiet', 'add', submodule, 'm');
    await git(at(name), 'add', '.');
    await git(at(name), 'commit', '-qm', name);
  }
  const address = parseGitAddress(`${server.url.replace('//', '//me:s3cret@')}/top.git`);
  if (address === undefined) throw new Error('not an address');
  const [scratch, out] = [at('scratch'), at('scratch/out')];
  await mkdir(scratch);
  const signal = AbortSignal.timeout(60_000);
  await checkOut(address, out, { keepGitDir: true, scratch, client: nothing, signal });
  expect(await text(out, 'm/m/file')).toBe('inner.git');
  const names = await readdir(out, { recursive: true, withFileTypes: true });
  for (const each of names.filter((name) => name.isFile())) {
    const content = await readFile(join(each.parentPath, each.name), 'latin1');
    expect([each.name, content]).not.toEqual([each.name, expect.stringContaining('s3cret')]);
    expect([each.name, content]).not.toEqual([each.name, expect.stringContaining(scratch)]);
  }
  expect(names.map(({ name }) => name)).not.toContain('FETCH_HEAD');
  expect((await git(join(out, 'm/m'), 'remote', 'get-url', 'origin')).trim()).toBe(
    `${server.url.replace('//', '//xxxxx:xxxxx@')}/inner.git`,
  );
  expect(await git(out, 'submodule', 'status', '--recursive')).toMatch(
    /^ [0-9a-f]+ m .*\n .* m\/m /,
  );
});

test('a token of the client is sent to the server', async () => {
  const { take, server } = repository();
  const secrets = new Map([['GIT_AUTH_TOKEN', Buffer.from('s3cret')]]);
  await take('', { client: { ...nothing, secret: async (id) => secrets.get(id) } });
  expect(new Set(server.authorizations)).toContain(
    `basic ${Buffer.from('x-access-token:s3cret').toString('base64')}`,
  );
});

test.each([
  ['#nosuch', 'repository does not contain ref nosuch, output: ""'],
  ['#-x', 'invalid git ref "-x"'],
  ['#:link', 'git subpath "link" contains non-directory "link"'],
  ['#:none', 'failed to lstat "none": lstat none: no such file or directory'],
])('%s is refused', async (suffix, message) => {
  await expect(repository().take(suffix)).rejects.toThrow(message);
});

test('a submodule can’t be a directory of the engine', async () => {
  await using directory = await temporaryDirectory();
  await using server = await serveGit(directory.path);
  const at = (path: string) => join(directory.path, path);
  for (const name of ['private', 'r.git']) {
    await mkdir(at(name));
    await git(at(name), 'init', '-q', '-b', 'main');
    await git(at(name), 'commit', '-q', '--allow-empty', '-m', name);
  }
  await git(at('r.git'), 'submodule', '--quiet', 'add', at('private'), 'stolen');
  await git(at('r.git'), 'commit', '-qam', 'two');
  const address = parseGitAddress(`${server.url}/r.git`);
  if (address === undefined) throw new Error('not an address');
  const options = { keepGitDir: false, scratch: directory.path, client: nothing };
  const signal = AbortSignal.timeout(60_000);
  await expect(checkOut(address, at('out'), { ...options, signal })).rejects.toThrow(
    "transport 'file' not allowed",
  );
});

test('without an SSH agent, no host is asked', async () => {
  const address = parseGitAddress('git@example.com:a/b.git');
  if (address === undefined) throw new Error('not an address');
  const options = { keepGitDir: false, scratch: '/nonexistent', client: nothing };
  const signal = AbortSignal.timeout(1000);
  await using directory = await temporaryDirectory();
  await expect(
    checkOut(address, join(directory.path, 'x'), { ...options, signal }),
  ).rejects.toThrow('no SSH key "default" forwarded from the client');
});
