import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Shares } from '../../../shares/shares.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { FakeMounts } from '../../../testing/fake-engine/fake-mounts.ts';
import { onWindows } from '../../../testing/on-windows.ts';
import type { Engine } from '../../engine.ts';
import type { ContainerRecord } from '../record/container.ts';
import { mountRequestSchema } from '../request/config.ts';
import { containerMounts } from './container-mounts.ts';
import { parseMount } from './mount-points.ts';

it.skipIf(onWindows('symbolic links'))(
  'mounts a part of a directory, but nothing outside of it once a link has replaced the part',
  async () => {
    const made = await temporaryDirectory();
    onTestFinished(() => made[Symbol.asyncDispose]());
    const [volume, bundle] = [join(made.path, 'volume'), join(made.path, 'bundle')];
    await mkdir(join(volume, 'part'), { recursive: true });
    await mkdir(bundle);
    await mkdir(join(made.path, 'secret'));
    await writeFile(join(volume, 'part/file'), 'inside');
    const engine = {
      ...{ shares: new Shares(undefined), mounts: new FakeMounts() },
      directories: { bundle: () => bundle },
    } as unknown as Engine;
    const mount = mountRequestSchema.parse({
      ...{ Type: 'bind', Source: volume, Target: '/part', BindOptions: { Subpath: 'part' } },
    });
    const record = { id: 'a', mounts: [parseMount(mount)] } as unknown as ContainerRecord;
    const [found] = await containerMounts(engine, record, '/');
    expect(found).toMatchObject({ source: join(bundle, 'subpath-0'), destination: '/part' });

    await rename(join(volume, 'part'), join(volume, 'old'));
    await symlink(join(made.path, 'secret'), join(volume, 'part'));
    await expect(containerMounts(engine, record, '/')).rejects.toThrow('cannot access path');
  },
);
