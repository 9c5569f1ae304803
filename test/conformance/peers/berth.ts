import { join, resolve } from 'node:path';
import { createHost } from '../../../electron/host/host.ts';
import { findArch } from '../../../vm-image/arch.ts';
import { type InNamespaces, startInNamespaces } from './in-namespaces.ts';
import type { Peer, Registry } from './peer.ts';

const DIST = resolve(import.meta.dirname, '../../../dist');

/** Boots a real VM, as users do. */
export async function startMachine(home: string, registry: Registry): Promise<Peer> {
  const { machine, settings } = createHost({ home });
  const stop = () => machine.stop().catch(() => machine.kill());
  try {
    await settings.update({
      ...{ cpus: 2, memoryMiB: 2048, diskGiB: 16 },
      insecureRegistries: [registry.name],
      // Folders of the host that the rows mount.
      sharedFolders: ['/etc', '/tmp'].map((path) => ({ path, readOnly: path === '/etc' })),
    });
    await machine.start();
  } catch (error) {
    console.error((await machine.consoleLines(40)).join('\n'));
    await stop();
    throw error;
  }
  return { name: 'berth', socket: machine.engineSocket, stop };
}

/**
 * Runs this checkout's agent with the VM's root image, but without a VM. This is quick. Containers
 * can mount the folder `shared` of this host.
 */
export async function startNative(
  directory: string,
  registry: Registry,
  shared?: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Peer> {
  const { socket, stop } = await nativeEngine(directory, registry, { shared, environment });
  return { name: 'berth', socket, stop };
}

/** The same, with the process of the namespaces. `environment` is described in the script. */
export async function nativeEngine(
  directory: string,
  registry: Registry,
  {
    shared,
    environment = {},
  }: {
    readonly shared?: string | undefined;
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): Promise<InNamespaces & { readonly socket: string }> {
  const socket = join(directory, 'run/engine.sock');
  const words = [
    ...[registry.name, registry.storage],
    join(DIST, 'vm', findArch(undefined).debian, 'root.erofs'),
    join(DIST, 'agent/agent.mjs'),
    ...(shared === undefined ? [] : [shared]),
  ];
  const running = await startInNamespaces(
    directory,
    socket,
    'native-engine.sh',
    words,
    environment,
  );
  return { ...running, socket };
}
