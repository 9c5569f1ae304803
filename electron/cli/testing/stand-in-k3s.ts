import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { nodes } from '../../../guest-agent/kube/objects/resources.ts';
import type { Program } from '../../../guest-agent/testing/fake-engine/fake-process.ts';
import type { KubeSetup } from './kube-setup.ts';

/**
 * Adds the image `rancher/k3s:test`, whose clusters are the stand-in of the setup, at this port.
 * Returns what is imported into them.
 */
export async function addStandInK3s(setup: KubeSetup, port: number): Promise<Buffer[]> {
  const imported: Buffer[] = [];
  setup.engine.program('k3s', k3sOf(setup, port));
  setup.engine.program('ctr', ctrOf(imported));
  await setup.engine.addImage('rancher/k3s:test', { config: { Entrypoint: ['k3s'] } });
  return imported;
}

/**
 * What Berth relies on of k3s: the server writes its kubeconfig and answers on a port. Without a
 * network, that is the host's port.
 */
const k3sOf =
  ({ cluster }: KubeSetup, port: number): Program =>
  async (process) => {
    const { hostname, port: target } = new URL(cluster.url);
    const server = createServer((socket) => {
      const upstream = connect(Number(target), hostname);
      socket.on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
      socket.pipe(upstream).pipe(socket);
    });
    process.write('stdout', `starting ${process.argv.slice(1).join(' ')}\n`);
    if (process.argv.includes('--broken')) return 3;
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const path = join(process.root, 'etc/rancher/k3s/k3s.yaml');
    await mkdir(dirname(path), { recursive: true });
    const text = cluster.kubeconfig('default').replace(cluster.url, 'http://127.0.0.1:6443');
    await writeFile(path, text);
    const { objects } = cluster;
    if (!objects.get(nodes, { name: 'dev' })) {
      const conditions = [{ type: 'Ready', status: 'True' }];
      await objects.create(nodes, { metadata: { name: 'dev' }, status: { conditions } });
    }
    await new Promise<void>((resolve) => {
      process.handlers.set(15, resolve);
      process.killed.addEventListener('abort', () => resolve());
    });
    server.close();
    return 0;
  };

/** Keeps what `ctr images import` gets. */
const ctrOf =
  (imported: Buffer[]): Program =>
  async (process) => {
    const words = process.argv.slice(1).join(' ');
    if (words === '-n k8s.io images import -') {
      imported.push(await buffer(process.input));
      return 0;
    }
    if (words === '-n k8s.io images ls -q') return 0;
    process.write('stderr', `ctr: unknown ${words}\n`);
    return 1;
  };
