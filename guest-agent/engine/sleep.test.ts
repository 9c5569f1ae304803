import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Shares } from '../shares/shares.ts';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import type { ContainerRecord } from './containers/record/container.ts';
import type { Engine } from './engine.ts';
import { prepareSleep } from './sleep.ts';
import { testEngine, testRecord } from './testing/test-engine.ts';

/** An engine that shares /home/me and has a container with `source` mounted. */
async function engineWith(
  source: string,
  status: ContainerRecord['state']['status'],
): Promise<Engine> {
  const { path } = await temporaryDirectory();
  const engine = await testEngine(path);
  await mkdir(join(path, 'shares/home'), { recursive: true });
  const folder = { tag: 'home', hostPath: '/home/me', readOnly: false, transport: '9p' } as const;
  const config = { windows: false, ignoresCase: false, folders: [folder] };
  const shares = new Shares(config, join(path, 'shares'), async () => true);
  const rights = { propagation: '', nonRecursive: false, readOnlyNonRecursive: false };
  const mount = { name: '', destination: '/w', readOnly: false, anonymous: false, options: [] };
  await engine.containers.add({
    ...testRecord({ status }),
    mounts: [{ type: 'bind', source, ...mount, ...rights, subpath: '', layers: [] }],
  });
  return { ...engine, shares };
}

test('the VM can’t suspend while containers have folders of the host mounted', async () => {
  const engine = await engineWith('/home/me/site', 'running');
  await expect(prepareSleep(engine)).rejects.toMatchObject({
    code: 'conflict',
    message:
      "Can't suspend while shared folders are in use. Stop these containers first: calm_otter",
  });
});

test('stopped containers and folders of the VM don’t prevent it', async () => {
  await prepareSleep(await engineWith('/home/me/site', 'exited'));
  await prepareSleep(await engineWith('/run/docker.sock', 'running'));
});
