import { access, mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findMirrors } from '../../../vm-image/debian/mirror.ts';
import { runProgram } from '../../../vm-image/run-program.ts';

const CACHE = resolve(import.meta.dirname, '../../../dist/test-tools');

const BASE = ['ca-certificates', 'iproute2', 'mount', 'procps', 'util-linux'];

/** Docker's engine, its clients, and everything that the engine needs to run without an init system. */
export const dockerRoot = () =>
  debianRoot('docker-root', [
    ...['docker.io', 'docker-cli', 'docker-buildx', 'docker-compose', 'python3-docker'],
    ...['iptables', 'redis-server', 'redis-tools', ...BASE],
  ]);

/** Podman's service, and everything that it needs. */
export const podmanRoot = () =>
  debianRoot('podman-root', [
    ...['podman', 'crun', 'conmon', 'netavark', 'aardvark-dns', 'nftables', 'iptables', ...BASE],
  ]);

/**
 * A root directory with the newest packages in Debian, unpacked on first use. No package script has
 * run in it.
 */
async function debianRoot(name: string, packages: readonly string[]): Promise<string> {
  const root = join(CACHE, name);
  const cached = await access(root).then(
    () => true,
    () => false,
  );
  if (cached) return root;
  await mkdir(CACHE, { recursive: true });
  const partial = await mkdtemp(join(CACHE, 'partial-'));
  try {
    await runProgram('mmdebstrap', [
      '--variant=extract',
      '--aptopt=APT::Install-Recommends "false"',
      // A mirror may have an older state of the archive.
      '--aptopt=Acquire::Check-Valid-Until "false"',
      `--include=${packages.join(',')}`,
      ...['sid', partial, (await findMirrors(process.env)).main],
    ]);
    await completeRoot(partial);
    await rename(partial, root);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return root;
}

/** Creates the files that the packages' scripts would create, and the directories for mounts. */
async function completeRoot(root: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await rm(join(root, name), { recursive: true, force: true });
    await symlink(`usr/${name}`, join(root, name));
  }
  for (const name of ['iptables', 'ip6tables']) {
    await symlink('xtables-nft-multi', join(root, 'usr/sbin', name));
  }
  await rm(join(root, 'var/run'), { recursive: true, force: true });
  await symlink('/run', join(root, 'var/run'));
  const places = [
    ...['proc', 'sys', 'run', 'old', 'var/lib/docker', 'etc/docker'],
    ...['var/lib/containers', 'etc/containers', 'var/tmp', 'root'],
  ];
  for (const name of places) {
    await mkdir(join(root, name), { recursive: true });
  }
}
