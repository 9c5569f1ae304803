import type { Arch } from '../arch.ts';
import { busyboxApplets } from '../busybox-applets.ts';
import type { LayerEntry } from './layer.ts';

/** An image with one layer, before it is packed. */
export interface StarterImage {
  /** The name that a registry client would use. */
  readonly reference: string;
  readonly command: readonly string[];
  readonly layer: readonly LayerEntry[];
}

/** Images that the app includes, so that the first container doesn't need a registry. */
export function starterImages(arch: Arch, busybox: Buffer): StarterImage[] {
  return [
    {
      reference: 'docker.io/library/busybox:latest',
      command: ['sh'],
      layer: busyboxLayer(busybox),
    },
    {
      reference: 'docker.io/library/hello-world:latest',
      command: ['/hello'],
      layer: helloLayer(arch, busybox),
    },
  ];
}

function busyboxLayer(busybox: Buffer): LayerEntry[] {
  const directories = [
    'bin',
    'dev',
    'etc',
    'home',
    'lib',
    'proc',
    'sys',
    'usr',
    'usr/bin',
    'usr/sbin',
  ];
  directories.push('var', 'var/spool', 'var/spool/mail', 'var/www');
  return [
    ...directories.map((name): LayerEntry => ({ type: 'directory', name })),
    { type: 'directory', name: 'root', mode: 0o700 },
    { type: 'directory', name: 'tmp', mode: 0o1777 },
    { type: 'file', name: 'bin/busybox', content: busybox, mode: 0o755 },
    ...busyboxApplets(busybox)
      .filter((name) => name !== 'busybox')
      .map((name): LayerEntry => ({ type: 'symlink', name: `bin/${name}`, target: 'busybox' })),
    { type: 'symlink', name: 'usr/bin/env', target: '../../bin/env' },
    {
      type: 'file',
      name: 'etc/passwd',
      content: `${[
        'root:x:0:0:root:/root:/bin/sh',
        'daemon:x:1:1:daemon:/usr/sbin:/bin/false',
        'www-data:x:33:33:www-data:/var/www:/bin/false',
        'nobody:x:65534:65534:nobody:/home:/bin/false',
      ].join('\n')}\n`,
    },
    {
      type: 'file',
      name: 'etc/group',
      content: 'root:x:0:\ndaemon:x:1:\ntty:x:5:\nwww-data:x:33:\nusers:x:100:\nnogroup:x:65534:\n',
    },
  ];
}

function helloLayer(arch: Arch, busybox: Buffer): LayerEntry[] {
  const text = `
Hello! This container runs, so everything between you and it works:

  1. The command asked the engine for a container of the image hello-world.
  2. The engine found the image (this copy is built for linux/${arch.oci}).
  3. It made a container: a file system, namespaces and limits of its own.
  4. This text was written inside it and came back to you.

Something to try next:

  run -it busybox sh      a shell in a small Linux
  ps -a                   the containers there are, this one among them
`;
  return [
    { type: 'directory', name: 'bin' },
    { type: 'file', name: 'bin/busybox', content: busybox, mode: 0o755 },
    {
      type: 'file',
      name: 'hello',
      content: '#!/bin/busybox sh\n/bin/busybox cat /hello.txt\n',
      mode: 0o755,
    },
    { type: 'file', name: 'hello.txt', content: text.trimStart() },
  ];
}
