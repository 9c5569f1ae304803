import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../errors.ts';
import { machineDevices } from '../../runtime/devices.ts';
import { resolveInRoot } from '../../runtime/rootfs-path.ts';
import { bindMount, tmpfsMount } from '../../runtime/spec/mounts.ts';
import type { OciMount, OciNamespace } from '../../runtime/spec/oci.ts';
import { containerSpec } from '../../runtime/spec/spec.ts';
import { resolveUser } from '../../runtime/user.ts';
import type { Engine } from '../engine.ts';
import { type ContainerRecord, hasProcess, type MountPoint } from './container.ts';
import { writeEtcFiles } from './etc-files.ts';
import { unmountRoot } from './root-file-system.ts';

/** Writes the OCI bundle of a container whose root is mounted and whose network is there. */
export async function writeBundle(
  engine: Engine,
  record: ContainerRecord,
  rootfs: string,
): Promise<void> {
  const cwd = record.config.WorkingDir || '/';
  await mkdir(await resolveInRoot(rootfs, cwd), { recursive: true, mode: 0o755 });
  const spec = containerSpec({
    record,
    rootfs,
    user: await resolveUser(rootfs, record.config.User, record.hostConfig.GroupAdd),
    cwd,
    hostname: record.config.Hostname,
    mounts: [
      ...(await Promise.all(record.mounts.map((point) => ownMount(engine, point, rootfs)))),
      ...(await writeEtcFiles(engine, record)),
    ],
    namespaces: namespaces(engine, record),
    devices: record.hostConfig.Privileged ? await machineDevices() : [],
    seccompProfile: engine.seccompProfile,
  });
  await writeFile(join(engine.directories.bundle(record.id), 'config.json'), JSON.stringify(spec));
}

/**
 * Unmounts the container's root and takes the bundle away. Idempotent. Nothing is removed while the
 * root is still mounted: that would go through it and take the container's files.
 */
export async function removeBundle(engine: Engine, id: string): Promise<void> {
  await unmountRoot(engine, id);
  await rm(engine.directories.bundle(id), { recursive: true, force: true });
}

async function ownMount(engine: Engine, point: MountPoint, rootfs: string): Promise<OciMount> {
  const access = point.readOnly ? ['ro'] : ['rw'];
  switch (point.type) {
    case 'tmpfs':
      return tmpfsMount(point.destination, point.options);
    case 'volume':
      if (!point.options.includes('nocopy')) {
        await engine.volumes.fillFrom(point.name, await resolveInRoot(rootfs, point.destination));
      }
      return bindMount(point.source, point.destination, access);
    case 'bind':
      return bindMount(point.source, point.destination, access);
  }
}

/** A container's own namespaces, or another's where it asked to share one. */
function namespaces(engine: Engine, record: ContainerRecord): OciNamespace[] {
  const host = record.hostConfig;
  const own = (type: OciNamespace['type'], mode: string, file: string): OciNamespace[] => {
    if (mode === 'host') return [];
    const other = /^container:(.+)$/.exec(mode)?.[1];
    return [other === undefined ? { type } : { type, path: namespaceOf(engine, other, file) }];
  };
  const network = own('network', host.NetworkMode, 'net').map((namespace) => ({
    path: engine.directories.networkNamespace(record.id),
    ...namespace,
  }));
  return [
    { type: 'mount' },
    ...network,
    ...own('pid', host.PidMode, 'pid'),
    ...own('ipc', host.IpcMode, 'ipc'),
    ...own('uts', host.UTSMode, 'uts'),
    ...own('cgroup', host.CgroupnsMode, 'cgroup'),
  ];
}

function namespaceOf(engine: Engine, reference: string, file: string): string {
  const { record } = engine.containers.get(reference);
  if (!hasProcess(record)) {
    throw new EngineError(
      'conflict',
      file === 'net'
        ? `cannot join network namespace of a non running container: container ${record.id} is ${record.state.status}`
        : `cannot join namespace of a non running container: ${record.id}`,
    );
  }
  return `/proc/${record.state.pid}/ns/${file}`;
}
