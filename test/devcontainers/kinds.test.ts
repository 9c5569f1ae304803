import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { temporaryDirectory } from '../../guest-agent/store/testing/temporary-directory.ts';
import { generations, openGeneration } from '../fixtures/client-generations.ts';
import type { DockerClient } from '../fixtures/docker-client.ts';
import { devUser, publishDevBase } from './base-image.ts';
import { DevContainer } from './dev-container.ts';
import { greeting, type Kind, kinds, writeWorkspace } from './workspaces.ts';

const { socket, shared, registry } = inject('nativeEngine');
const base = `${registry.guestHost}/dev-base:1`;

beforeAll(async () => {
  await using directory = await temporaryDirectory();
  await publishDevBase(directory.path, registry.host);
});

describe.each(generations)('with %s', (generation) => {
  let docker: DockerClient;
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    const home = await mkdtemp(join(shared, 'client-'));
    ({ docker, environment } = await openGeneration(generation, home, socket));
  });
  afterEach(async () => {
    const ids = (await docker.output('ps', '-aq')).split('\n').filter(Boolean);
    if (ids.length > 0) await docker.output('rm', '-f', '-v', ...ids);
  });

  const open = async (kind: Kind) => {
    const folder = await mkdtemp(join(shared, `${kind.toLowerCase()}-`));
    await writeWorkspace(kind, folder, base);
    return { folder, container: new DevContainer(folder, environment) };
  };

  test.each(kinds)('a dev container from %s', async (kind) => {
    const { folder, container } = await open(kind);
    const first = await container.up();
    expect(first.remoteUser).toBe(devUser);
    const report = 'id -un; greet; echo $FROM_FEATURE; pwd; cat notes.txt /tmp/created-by';
    expect((await container.exec(report)).split('\n')).toEqual([
      ...[devUser, `${greeting}, ${devUser}`, 'yes', first.remoteWorkspaceFolder],
      ...['first', devUser],
    ]);
    if (kind !== 'image') expect(await container.exec('cat /made-for')).toBe(kind);

    await writeFile(join(folder, 'notes.txt'), 'second\n');
    expect(await container.exec('cat notes.txt')).toBe('second');
    await container.exec('cat >out/answer <<EOF\nfrom the container\nEOF');
    expect(await readFile(join(folder, 'out/answer'), 'utf8')).toBe('from the container\n');

    expect((await container.up()).containerId).toBe(first.containerId);
    if (kind === 'image') return;
    const again = await container.up('--remove-existing-container');
    expect(again.containerId).not.toBe(first.containerId);
    expect(await container.exec('cat /notes.txt; greet')).toBe(`second\n${greeting}, ${devUser}`);
  });

  test('the configuration, with what the image and the features add', async () => {
    const { container } = await open('Dockerfile');
    await container.up();
    const read = await container.output('read-configuration', '--include-merged-configuration');
    expect(JSON.parse(read)).toMatchObject({
      mergedConfiguration: {
        remoteUser: devUser,
        postCreateCommands: ['id -un >/tmp/created-by'],
        mounts: [{ type: 'volume', target: '/kept' }],
      },
    });
  });

  test('an image that others can start without the feature’s files', async () => {
    const { container } = await open('Dockerfile');
    const name = `made-by-${generation.replace(/\W/g, '-')}`;
    const built = JSON.parse(await container.output('build', '--image-name', name));
    expect(built).toMatchObject({ outcome: 'success' });
    expect(await docker.output('run', '--rm', name, 'greet')).toBe(`${greeting}, ${devUser}`);
    const label = '{{index .Config.Labels "devcontainer.metadata"}}';
    const metadata = await docker.output('image', 'inspect', '-f', label, name);
    expect(JSON.parse(metadata)).toContainEqual({ id: './greet' });
  });

  test('a Dockerfile that fails says which step', async () => {
    const { folder, container } = await open('Dockerfile');
    await writeFile(
      join(folder, '.devcontainer/Dockerfile'),
      `FROM ${base}\nRUN echo no; exit 7\n`,
    );
    const { exitCode, stdout, stderr } = await container.run('up');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'error' });
    expect(stderr).toMatch(/(exit code: 7|returned a non-zero code: 7)/);
  });
});
