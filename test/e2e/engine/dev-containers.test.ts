import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { devUser, publishDevBase } from '../../devcontainers/base-image.ts';
import { DevContainer } from '../../devcontainers/dev-container.ts';
import { greeting, writeWorkspace } from '../../devcontainers/workspaces.ts';
import { type InstalledClient, openGeneration } from '../../fixtures/client-generations.ts';
import { removeContainers } from './shared-machine.ts';

/** Dozens of commands, one after the other. */
const patient = { timeout: 600_000 };

const registry = inject('registry');
const [shared] = inject('shared');
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let client: InstalledClient;

beforeAll(async () => {
  directory = await temporaryDirectory();
  await publishDevBase(directory.path, registry.host);
  client = await openGeneration('buildx 0.29', directory.path, inject('engineSocket'));
});
afterAll(async () => {
  await removeContainers();
  await directory[Symbol.asyncDispose]();
});

test(
  'a dev container is built in the VM, and shares its folder with the host',
  patient,
  async () => {
    const folder = await mkdtemp(join(shared, 'dev-'));
    await writeWorkspace('Dockerfile', folder, `${registry.guestHost}/dev-base:1`);
    const container = new DevContainer(folder, client.environment);
    const { remoteUser, remoteWorkspaceFolder } = await container.up();
    expect(remoteUser).toBe(devUser);
    expect((await container.exec('greet; pwd; cat notes.txt /made-for')).split('\n')).toEqual([
      ...[`${greeting}, ${devUser}`, remoteWorkspaceFolder, 'first', 'Dockerfile'],
    ]);
    await writeFile(join(folder, 'notes.txt'), 'second\n');
    await expect.poll(() => container.exec('cat notes.txt')).toBe('second');
    await container.exec('echo from the container >out/answer');
    expect(await readFile(join(folder, 'out/answer'), 'utf8')).toBe('from the container\n');
  },
);
