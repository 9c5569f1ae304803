import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ifMissing } from '../errors.ts';
import { unmountIfMounted } from '../runtime/mounts/mount.ts';
import { run } from '../runtime/process/program.ts';

/**
 * Creates a network namespace that a file keeps alive, even without processes (`unshare
 * --net=FILE`).
 */
export async function createNetworkNamespace(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, '');
  // Interfaces get this default. Otherwise, a container could become the router of its neighbours.
  const script = 'ip link set lo up && { echo 0 >/proc/sys/net/ipv6/conf/default/accept_ra || :; }';
  await run('unshare', [`--net=${path}`, 'sh', '-c', script]);
}

/** Without a namespace, nothing can be connected to a network. */
export async function hasNetworkNamespace(path: string): Promise<boolean> {
  return access(path).then(() => true, ifMissing(false));
}

/** Idempotent. */
export async function removeNetworkNamespace(path: string): Promise<void> {
  await unmountIfMounted(path);
  await rm(path, { force: true });
}
