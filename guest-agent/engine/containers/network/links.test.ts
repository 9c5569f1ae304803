import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import type { Engine } from '../../engine.ts';
import { testEngine } from '../../testing/test-engine.ts';
import { removeLocked } from '../lifecycle/remove.ts';
import { offNetwork } from '../record/endpoint.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { addOn } from '../testing/container-on-network.ts';
import { updateLinkedHosts } from './etc-files.ts';
import { checkLinks, linkedHosts, linkNames } from './links.ts';
import { removeLink } from './remove-link.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let engine: Engine;
beforeEach(async () => {
  directory = await temporaryDirectory();
  engine = await testEngine(directory.path);
});
afterEach(() => directory[Symbol.asyncDispose]());

const target = { name: 'target', address: '172.17.0.9', config: { Hostname: 'box' } };
const web = { name: 'web', address: '172.17.0.2', host: { Links: ['target:db'] } };

async function stop(container: LiveContainer): Promise<void> {
  const { record } = container;
  const state = { ...record.state, status: 'exited' as const };
  await engine.containers.save(container, { ...record, ...offNetwork(record), state });
}

/** The container's /etc/hosts lines that name `name`. */
async function hostsLines({ id }: LiveContainer, name: string): Promise<string[]> {
  const path = join(engine.directories.container(id), 'etc', 'hosts');
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines.filter((line) => line.split(/\s/).includes(name));
}

async function withHostsFile(container: LiveContainer): Promise<LiveContainer> {
  const etc = join(engine.directories.container(container.id), 'etc');
  await mkdir(etc, { recursive: true });
  await writeFile(join(etc, 'hosts'), '');
  return container;
}

test('on the default bridge, a linked container must run', async () => {
  const other = await addOn(engine, 'bridge', target);
  const { record } = await addOn(engine, 'bridge', web);
  expect(linkedHosts(engine, record)).toEqual(['172.17.0.9\tdb box target']);
  checkLinks(engine, record);
  await stop(other);
  expect(() => checkLinks(engine, record)).toThrow(
    'Cannot link to a non running container: /target AS /web/db',
  );
});

test('on a network that a user created, a link may come before its container', async () => {
  const links = ['target:db'];
  const linking = await withHostsFile(
    await addOn(engine, 'front', { ...web, host: {}, address: '172.18.0.2', links }),
  );
  checkLinks(engine, linking.record);
  expect(linkedHosts(engine, linking.record)).toEqual([]);

  const other = await addOn(engine, 'front', { ...target, address: '172.18.0.9' });
  await updateLinkedHosts(engine, other.record);
  expect(await hostsLines(linking, 'db')).toEqual(['172.18.0.9\tdb box target']);

  await stop(other);
  await updateLinkedHosts(engine, other.record);
  expect(await hostsLines(linking, 'db')).toEqual([]);
});

test('a container without a link to another keeps its /etc/hosts', async () => {
  const other = await addOn(engine, 'front', target);
  const bystander = await withHostsFile(
    await addOn(engine, 'front', { name: 'bystander', address: '172.18.0.3' }),
  );
  await updateLinkedHosts(engine, other.record);
  expect(await hostsLines(bystander, 'bystander')).toEqual([]);
});

test('a linked container has a name for each link', async () => {
  const { id } = await addOn(engine, 'bridge', target);
  await addOn(engine, 'bridge', web);
  await addOn(engine, 'bridge', { ...web, name: 'api', address: '172.17.0.3' });
  expect(linkNames(engine).get(id)?.sort()).toEqual(['/api/db', '/web/db']);
  expect(engine.containers.get('web/db').id).toBe(id);
  expect(engine.containers.get('/web/db').id).toBe(id);
  for (const unknown of ['web/other', 'target/db', 'nosuch/db', 'web/db/db']) {
    expect(() => engine.containers.get(unknown)).toThrow(`No such container: ${unknown}`);
  }
});

test('a removed link leaves the linked container', async () => {
  await addOn(engine, 'bridge', target);
  const linking = await withHostsFile(await addOn(engine, 'bridge', web));
  await removeLink(engine, 'web/db');
  expect(linking.record.hostConfig.Links).toEqual([]);
  expect(await hostsLines(linking, 'web')).toEqual(['172.17.0.2\tweb']);
  expect(await hostsLines(linking, 'db')).toEqual([]);
  await expect(removeLink(engine, 'web/db')).rejects.toThrow('No such container: web/db');
  await expect(removeLink(engine, 'target')).rejects.toThrow(
    'Conflict, cannot remove the default link name of the container',
  );
});

test('a link ends with the container that has it', async () => {
  const { id } = await addOn(engine, 'bridge', target);
  const linking = await addOn(engine, 'bridge', web);
  await stop(linking);
  await removeLocked(engine, linking, {});
  expect(linkNames(engine).get(id)).toBeUndefined();
});
