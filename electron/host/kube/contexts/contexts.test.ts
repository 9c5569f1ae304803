import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addContext, makeCurrent, removeContext } from './change-kubeconfig.ts';
import { currentContext, findContext, listContexts } from './contexts.ts';
import { withKubeconfigLock } from './lock-kubeconfig.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-kubeconfig-'));
});

afterEach(() => rm(directory, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

const config = (name: string, server: string, current = '') => `# ${name}
apiVersion: v1
kind: Config
current-context: "${current}"
clusters: [{name: ${name}, cluster: {server: "${server}", certificate-authority: ca.pem}}]
users: [{name: ${name}, user: {token: secret}}]
contexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}, namespace: shop}}]
`;

it('lists Berth’s own context and those of several files; the first entry with a name counts', async () => {
  const one = await write('one', config('prod', 'https://one'));
  const two = await write('two', config('prod', 'https://two', 'prod'));
  const other = await write('three', config('test', 'https://three', 'test'));
  const KUBECONFIG = [one, join(directory, 'missing'), two, other].join(delimiter);
  const contexts = await listContexts({ KUBECONFIG });
  expect(contexts.all.map(({ name, server, namespace }) => [name, server, namespace])).toEqual([
    ['berth', "Berth's engine", 'default'],
    ['prod', 'https://one', 'shop'],
    ['test', 'https://three', 'shop'],
  ]);
  expect(currentContext(contexts).name).toBe('prod');
  const [cluster] = contexts.kubeconfig.clusters;
  expect(cluster?.cluster['certificate-authority']).toBe(join(directory, 'ca.pem'));
});

it('without a kubeconfig, Berth’s own context is the current one', async () => {
  const contexts = await listContexts({ KUBECONFIG: join(directory, 'missing') });
  expect(currentContext(contexts)).toMatchObject({ name: 'berth', isLocal: true });
  expect(() => findContext(contexts, 'prod')).toThrow('context "prod" doesn\'t exist');
});

it('a file that isn’t a kubeconfig is an error with its path', async () => {
  const path = await write('bad', 'clusters: 5\n');
  await expect(listContexts({ KUBECONFIG: path })).rejects.toThrow(
    `${path} isn't a valid kubeconfig file`,
  );
});

it('adds and removes a context, and keeps the others, comments and the previous file', async () => {
  const path = await write('config', config('prod', 'https://one', 'prod'));
  const before = await readFile(path, 'utf8');
  const entry = { cluster: { server: 'https://127.0.0.1:6443' }, user: { token: 'x' } };
  await addContext(path, { name: 'berth-dev', ...entry });
  await addContext(path, { name: 'berth-dev', ...entry });
  const added = await listContexts({ KUBECONFIG: path });
  expect(added.all.map(({ name }) => name)).toEqual(['berth', 'prod', 'berth-dev']);
  expect(await readFile(path, 'utf8')).toContain('# prod\n');
  expect(await readFile(`${path}.before-berth`, 'utf8')).toBe(before);
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);

  await makeCurrent(path, 'berth-dev');
  expect(currentContext(await listContexts({ KUBECONFIG: path })).name).toBe('berth-dev');
  await removeContext(path, 'berth-dev');
  const removed = await listContexts({ KUBECONFIG: path });
  expect(removed.all.map(({ name }) => name)).toEqual(['berth', 'prod']);
  expect(removed.kubeconfig.clusters.map(({ name }) => name)).toEqual(['prod']);
  expect(currentContext(removed).name).toBe('berth');
});

it('creates the file if there is none', async () => {
  const path = join(directory, '.kube', 'config');
  await addContext(path, { name: 'berth-dev', cluster: { server: 'https://a' }, user: {} });
  const { all } = await listContexts({ KUBECONFIG: path });
  expect(all.map(({ name, server }) => [name, server])).toEqual([
    ['berth', "Berth's engine"],
    ['berth-dev', 'https://a'],
  ]);
});

it('commands that change the file at once don’t lose each other’s changes', async () => {
  const path = join(directory, 'config');
  const names = Array.from({ length: 8 }, (_, index) => `cluster-${index}`);
  await Promise.all(
    names.map((name) =>
      addContext(path, { name, cluster: { server: `https://${name}` }, user: {} }),
    ),
  );
  const { all } = await listContexts({ KUBECONFIG: path });
  expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  expect(await readdir(directory)).not.toContain('config.lock');
});

it('waits for the lock of kubectl, and names it if it stays', async () => {
  const path = join(directory, 'config');
  await writeFile(`${path}.lock`, '');
  const changing = withKubeconfigLock(path, async () => 'changed');
  await rm(`${path}.lock`);
  expect(await changing).toBe('changed');
  await writeFile(`${path}.lock`, '');
  await expect(withKubeconfigLock(path, async () => {}, 100)).rejects.toMatchObject({
    message: `another program is changing ${path}`,
    hint: expect.stringContaining(`delete ${path}.lock`),
  });
});
