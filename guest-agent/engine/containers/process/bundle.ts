import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../../errors.ts';
import { resolveInRoot } from '../../../runtime/files/rootfs-path.ts';
import type { OciNamespace } from '../../../runtime/spec/oci.ts';
import { containerSpec } from '../../../runtime/spec/spec.ts';
import { resolveUser } from '../../../runtime/user.ts';
import type { Engine } from '../../engine.ts';
import { containerMounts } from '../mounts/container-mounts.ts';
import { sharedMemory } from '../mounts/shared-memory.ts';
import { writeEtcFiles } from '../network/etc-files.ts';
import { type ContainerRecord, hasProcess } from '../record/container.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { containerDevices } from './devices.ts';
import { withLinkEnvironment } from './link-environment.ts';

/**
 * Writes the OCI bundle of a container. Its root must be mounted, and its network created:
 * `network` is the path of its namespace.
 */
export async function writeBundle(
  engine: Engine,
  { record, secretEnv }: Pick<LiveContainer, 'record' | 'secretEnv'>,
  rootfs: string,
  network = engine.directories.networkNamespace(record.id),
): Promise<void> {
  const cwd = record.config.WorkingDir || '/';
  await mkdir(await resolveInRoot(rootfs, cwd), { recursive: true, mode: 0o755 });
  const devices = await containerDevices(record.hostConfig);
  const spec = containerSpec({
    record: withLinkEnvironment(engine, withEnv(record, secretEnv)),
    rootfs,
    user: await resolveUser(rootfs, record.config.User, record.hostConfig.GroupAdd),
    cwd,
    hostname: record.config.Hostname,
    mounts: [
      ...(await containerMounts(engine, record, rootfs)),
      ...(await writeEtcFiles(engine, record)),
    ],
    namespaces: namespaces(engine, record, network),
    devices: devices.nodes,
    deviceRules: devices.rules,
    sharedMemory: await sharedMemory(engine, record),
    seccompProfile: engine.seccompProfile,
  });
  await writeFile(join(engine.directories.bundle(record.id), 'config.json'), JSON.stringify(spec));
}

function withEnv(record: ContainerRecord, more: readonly string[]): ContainerRecord {
  const { config } = record;
  return { ...record, config: { ...config, Env: [...config.Env, ...more] } };
}

/**
 * Unmounts everything in the container's bundle, including the root, and removes the bundle.
 * Idempotent. Removes nothing while something is still mounted: that would delete the mounted
 * files.
 */
export async function removeBundle(engine: Engine, id: string): Promise<void> {
  const bundle = engine.directories.bundle(id);
  const mounted = (await engine.mounts.list()).filter(({ mountPoint }) =>
    mountPoint.startsWith(`${bundle}/`),
  );
  // The newest mount is on top. Unmounts are lazy, so that a process with an open file can't block
  // the container.
  for (const { mountPoint } of mounted.reverse()) await engine.mounts.unmountIfMounted(mountPoint);
  await rm(bundle, { recursive: true, force: true });
}

/** A container's own namespaces, or another container's if it shares one. */
function namespaces(engine: Engine, record: ContainerRecord, networkPath: string): OciNamespace[] {
  const host = record.hostConfig;
  const own = (type: OciNamespace['type'], mode: string, file: string): OciNamespace[] => {
    if (mode === 'host') return [];
    const other = /^container:(.+)$/.exec(mode)?.[1];
    return [other === undefined ? { type } : { type, path: namespaceOf(engine, other, file) }];
  };
  const network = own('network', host.NetworkMode, 'net').map((namespace) => ({
    path: networkPath,
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
      `failed to join ${file.toUpperCase()} namespace: container ${record.id} is not running`,
    );
  }
  return `/proc/${record.state.pid}/ns/${file}`;
}
