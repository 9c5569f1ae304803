import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ApiRequest } from '../api/route.ts';
import { containerLifecycleRoutes } from '../api/routes/containers-lifecycle.ts';
import { Crun } from '../runtime/crun.ts';
import { harms } from '../store/testing/harms.ts';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { parseBind } from './containers/mounts/mount-points.ts';
import { prepareMountPoint } from './containers/mounts/prepare-mount-point.ts';
import { imageUsers } from './containers/record/image-users.ts';
import { volumeUsers } from './containers/record/volume-users.ts';
import { recoverContainers } from './containers/recovery/recover.ts';
import { removeUnreadable } from './containers/recovery/unreadable-containers.ts';
import type { Engine } from './engine.ts';
import { createNetwork } from './networks/create.ts';
import { networkCreateSchema } from './networks/create-request.ts';
import { pruneNetworks, removeNetwork } from './networks/remove.ts';
import { testEngine, testRecord } from './testing/test-engine.ts';
import { pruneVolumes } from './volumes/list.ts';

/*
 * The next start of an engine whose records a disk or a power cut has damaged. It must never lose
 * user data or stop a container.
 */

let directory: string;
let engine: Engine;
/** Running containers by ID, as the runtime reports them. */
let processes: Map<string, number>;
beforeEach(async () => {
  const made = await temporaryDirectory();
  onTestFinished(() => made[Symbol.asyncDispose]());
  directory = made.path;
  processes = new Map();
  engine = await startEngine();
});

/** Starts an engine on the data of the previous one, as after a crash. */
async function startEngine(): Promise<Engine> {
  const started = await testEngine(directory);
  const crun = Object.assign(new Crun(started.directories), {
    state: async (id: string) => {
      const pid = processes.get(id);
      return pid === undefined ? undefined : { status: 'running', pid };
    },
    delete: async (id: string) => void processes.delete(id),
  });
  const next = { ...started, crun };
  await mkdir(next.directories.networkNamespace(''), { recursive: true });
  await recoverContainers(next);
  return next;
}

const makeNetwork = (Name: string) => createNetwork(engine, networkCreateSchema.parse({ Name }));
const warnings = () => engine.damage.messages().join('\n');

describe.each(harms)('a record that is %s', (kind, harm) => {
  /** Damages the previous version too, so that only the engine's care is left. */
  async function harmAll(records: string, id: string): Promise<void> {
    await rm(join(records, `.${id}.json.previous`), { force: true });
    await harm(join(records, `${id}.json`));
  }

  test('of a volume costs none of its files', async () => {
    const { directories } = engine;
    await engine.volumes.ensure('data', { labels: { tier: 'db' } });
    const file = join(engine.volumes.mountpoint('data'), 'file');
    await writeFile(file, 'precious');

    await harm(join(directories.volumes, 'data.json'));
    engine = await startEngine();
    expect(engine.volumes.get('data').labels).toEqual({ tier: 'db' });

    await harmAll(directories.volumes, 'data');
    engine = await startEngine();
    expect(engine.volumes.get('data')).toMatchObject({ options: {}, anonymous: false });
    expect(warnings()).toContain('volume data was lost');
    expect(await readFile(file, 'utf8')).toBe('precious');
    expect((await pruneVolumes(engine, {})).removed).toEqual([]);

    engine = await startEngine();
    expect(engine.volumes.get('data').name).toBe('data');
    expect(warnings()).toBe('');
    await engine.volumes.remove('data', () => []);
    expect(await readdir(directories.volumes)).toEqual([]);
  });

  test('of a container costs neither its process nor anything that it may use', async () => {
    const { directories } = engine;
    await engine.volumes.ensure('data');
    await makeNetwork('front');
    const record = testRecord({ status: 'running', pid: 7, bootId: engine.bootId });
    const { id } = await engine.containers.add(record);
    processes.set(id, 7);
    const upper = join(directories.container(id), 'upper');
    for (const path of [upper, directories.bundle(id)]) await mkdir(path, { recursive: true });
    await writeFile(join(upper, 'file'), 'precious');

    await harmAll(directories.containerRecords, id);
    engine = await startEngine();
    expect(processes.get(id)).toBe(7);
    expect(await readdir(directories.bundle(''))).toEqual([id]);
    expect(warnings()).toContain(`berth rm --force ${id.slice(0, 12)}`);
    await expect(engine.volumes.remove('data', () => volumeUsers(engine, 'data'))).rejects.toThrow(
      'in use',
    );
    expect((await pruneVolumes(engine, { all: ['1'] })).removed).toEqual([]);
    await expect(removeNetwork(engine, 'front')).rejects.toThrow('active endpoints');
    expect(await pruneNetworks(engine, {})).toEqual([]);
    expect(imageUsers(engine.containers).usesLayer('sha256:any')).toBe(true);
    expect(await readFile(join(upper, 'file'), 'utf8')).toBe('precious');

    // After a reboot, the container doesn't run any more. Its files stay.
    processes.clear();
    await rm(directories.run, { recursive: true });
    engine = await startEngine();
    expect(await readFile(join(upper, 'file'), 'utf8')).toBe('precious');
    expect(engine.containers.unreadable.ids()).toEqual([id]);

    // The files stay until the user removes the container.
    const reference = id.slice(0, 12);
    await expect(removeUnreadable(engine, reference, {})).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await removeUnreadable(engine, reference, { force: true })).toBe(true);
    expect([await readdir(directories.containerRecords), warnings()]).toEqual([[], '']);
    await engine.volumes.remove('data', () => volumeUsers(engine, 'data'));
    await removeNetwork(engine, 'front');
  });

  test('of a running container whose previous version doesn’t mention the run', async () => {
    const { directories } = engine;
    const record = testRecord({ status: 'created' }, { AutoRemove: true });
    const container = await engine.containers.add(record);
    const { id } = container;
    const running = { status: 'running' as const, pid: 7, monitorPid: 6, bootId: engine.bootId };
    await engine.containers.save(container, { ...record, state: { ...record.state, ...running } });
    processes.set(id, 7);
    for (const path of [directories.container(id), directories.bundle(id)]) {
      await mkdir(path, { recursive: true });
    }
    await writeFile(join(directories.bundle(id), 'monitor-pid'), '6');

    await harm(join(directories.containerRecords, `${id}.json`));
    engine = await startEngine();
    expect(processes.get(id)).toBe(7);
    expect(engine.containers.get(record.name).record.state).toMatchObject(running);
    expect(warnings()).toContain(`container ${record.name}`);
  });

  test('of a network is restored or reported', async () => {
    const { networkRecords } = engine.directories;
    const { id } = await makeNetwork('front');
    await harm(join(networkRecords, `${id}.json`));
    engine = await startEngine();
    expect(engine.networks.get('front').id).toBe(id);
    expect(warnings()).toContain('network front');

    // Nothing is left that could show its loss.
    if (kind === 'missing') return;
    await harmAll(networkRecords, id);
    engine = await startEngine();
    expect(warnings()).toContain(
      `Containers on this network can't start. Create the network again under the same name (berth network create NAME), then remove the damaged record: berth network rm ${id.slice(0, 12)}`,
    );
    await makeNetwork('front');
    await removeNetwork(engine, id.slice(0, 12));
    expect(warnings()).toBe('');
    expect(engine.networks.get('front').id).not.toBe(id);
  });
});

test('a running container without a record is not stopped', async () => {
  const id = 'c'.repeat(64);
  processes.set(id, 9);
  await mkdir(engine.directories.bundle(id), { recursive: true });
  engine = await startEngine();
  expect(processes.get(id)).toBe(9);
  expect(engine.containers.unreadable.ids()).toEqual([id]);
});

test('a lost container is removed like any other, through the API', async () => {
  const { containerRecords } = engine.directories;
  const { id } = await engine.containers.add(testRecord());
  await rm(join(containerRecords, `.${id}.json.previous`));
  await writeFile(join(containerRecords, `${id}.json`), '');
  engine = await startEngine();
  const route = containerLifecycleRoutes(engine).find(({ method }) => method === 'DELETE');
  const call = (query: string) => {
    const request: Partial<ApiRequest> = { params: { id }, query: new URLSearchParams(query) };
    return route?.handle(request as ApiRequest);
  };
  await expect(call('')).rejects.toThrow(
    `its record can't be read. To delete the container and all its files, run: berth rm --force ${id.slice(0, 12)}`,
  );
  await call('force=1');
  await expect(call('force=1')).rejects.toThrow('No such container');
});

test('a volume whose device is unknown is kept, and can be created again by name', async () => {
  const { directories } = engine;
  await engine.volumes.ensure('share', { options: { type: 'nfs', device: ':/a', o: 'addr=h' } });
  await rm(join(directories.volumes, '.share.json.previous'));
  await writeFile(join(directories.volumes, 'share.json'), '');
  engine = await startEngine();
  expect(engine.volumes.list()).toEqual([]);
  expect(warnings()).toContain('berth volume rm share');

  // A container must not get an empty volume instead.
  const refusal = {
    code: 'conflict',
    message:
      "volume share: its record can't be read. Create the volume again with its options, or remove it: docker volume rm share",
  };
  await expect(prepareMountPoint(engine, parseBind('share:/data'))).rejects.toMatchObject(refusal);
  await expect(engine.volumes.mount('share', 'c', {})).rejects.toMatchObject(refusal);
  await expect(engine.volumes.open('share')).rejects.toMatchObject(refusal);
  expect(warnings()).toContain('berth volume rm share');

  const options = { type: 'nfs', device: ':/b', o: 'addr=h' };
  await engine.volumes.create('share', { options });
  expect(warnings()).toBe('');
  engine = await startEngine();
  expect(engine.volumes.get('share').options).toEqual(options);
});

test('an interrupted removal of a volume is finished, and not treated as a lost record', async () => {
  const { directories } = engine;
  await engine.volumes.ensure('data');
  await mkdir(join(directories.volumes, '.removed-0123456789ab-data', '_data', 'd'), {
    recursive: true,
  });
  await rm(join(directories.volumes, 'data'), { recursive: true });
  engine = await startEngine();
  expect([engine.volumes.list(), warnings()]).toEqual([[], '']);
  expect(await readdir(directories.volumes)).toEqual([]);
});
