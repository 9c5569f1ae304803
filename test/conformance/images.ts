import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type TestImage,
  testImage,
  writeLayout,
} from '../../guest-agent/registry/testing/test-image.ts';
import { findArch } from '../../vm-image/arch.ts';
import { starterImages } from '../../vm-image/starter/images.ts';
import { type LayerEntry, packLayer } from '../../vm-image/starter/layer.ts';
import { findLoader } from './clients/programs.ts';

const run = promisify(execFile);

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The images that rows use, with their names in the registry. */
export const imageNames = ['box', 'web', 'fancy', 'redis'] as const;

/** A script that gives the pulled images the short names that rows use. */
export const nameImages = imageNames
  .map((name) => `docker tag $REGISTRY/${name}:1 ${name}`)
  .join(' && ');

/** A script that pulls the images under these names. */
export const pullImages = [
  ...imageNames.map((name) => `docker pull -q $REGISTRY/${name}:1`),
  nameImages,
].join(' && ');

/**
 * Builds the images from Debian's packages and pushes them to the registry at `host`. Leaves
 * `layout.tar`, an archive of `box`, in the directory.
 */
export async function publishImages(root: string, directory: string, host: string) {
  const base = await boxLayer();
  const page = await packLayer([
    { type: 'directory', name: 'www' },
    { type: 'file', name: 'www/index.html', content: 'hello from the web\n' },
  ]);
  const redis = await packLayer(await redisLayer(root));
  const images = {
    box: imageOf([base], { Cmd: ['sh'] }),
    web: imageOf([base, page], {
      Cmd: ['httpd', '-f', '-p', '8080', '-h', '/www'],
      ExposedPorts: { '8080/tcp': {} },
      Labels: { role: 'web' },
      Healthcheck: {
        Test: ['CMD-SHELL', 'wget -q -O /dev/null http://127.0.0.1:8080/'],
        Interval: 1_000_000_000,
        Timeout: 10_000_000_000,
        Retries: 5,
      },
    }),
    fancy: imageOf([base, page], {
      Env: [PATH, 'COLOUR=blue'],
      Entrypoint: ['echo', 'entry'],
      Cmd: ['default', 'words'],
      WorkingDir: '/www',
      User: '33:33',
      Volumes: { '/data': {} },
      StopSignal: 'SIGINT',
      Labels: { 'org.example.kind': 'fancy', other: '1' },
    }),
    redis: imageOf([base, redis], {
      Cmd: ['redis-server', '--save', '', '--protected-mode', 'no'],
      ExposedPorts: { '6379/tcp': {} },
      Healthcheck: {
        Test: ['CMD', 'redis-cli', 'ping'],
        Interval: 1_000_000_000,
        Timeout: 10_000_000_000,
        Retries: 10,
      },
    }),
  } satisfies Record<(typeof imageNames)[number], unknown>;
  await pushImages(directory, host, images);
}

/** The layer of an image with Busybox. */
export async function boxLayer(): Promise<Buffer> {
  const busybox = await readFile('/bin/busybox');
  const [starter] = starterImages(findArch(undefined), busybox);
  return packLayer(starter?.layer ?? []);
}

/** An image of these layers, with the usual `PATH`. */
export function imageOf(layers: readonly Buffer[], config: object): TestImage {
  return testImage(
    layers.map((tar) => ({ tar })),
    { Env: [PATH], ...config },
  );
}

/** Pushes images to the registry at `host`, each as `NAME:1`. Uses `layout` in the directory. */
export async function pushImages(
  directory: string,
  host: string,
  images: Readonly<Record<string, TestImage>>,
): Promise<void> {
  const layout = join(directory, 'layout');
  await writeLayout(layout, images);
  for (const name of Object.keys(images)) {
    await run('skopeo', [
      ...['copy', '--quiet', '--dest-tls-verify=false'],
      ...[`oci:${layout}:${name}`, `docker://${host}/${name}:1`],
    ]);
  }
}

/** Debian's Redis with its libraries and loader, in the same places as in Debian. */
async function redisLayer(root: string): Promise<LayerEntry[]> {
  const programs = ['usr/bin/redis-server', 'usr/bin/redis-cli'];
  const files = new Map<string, Buffer>();
  for (const program of programs) {
    files.set(program, await readFile(join(root, program)));
    const command = `${await findLoader(root)} --list '${join(root, program)}'`;
    const { stdout } = await run('sh', ['-c', command]);
    for (const [, path = ''] of stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)) {
      const inside = path.startsWith(root) ? path.slice(root.length + 1) : path.slice(1);
      files.set(inside, await readFile(join(root, inside)));
    }
  }
  const loader = [...files.keys()].find((path) => /\/ld-linux[^/]*$/.test(path)) ?? '';
  return [
    { type: 'directory', name: 'lib64' },
    { type: 'symlink', name: `lib64/${loader.split('/').at(-1)}`, target: `/${loader}` },
    ...[...files].map(
      ([name, content]): LayerEntry => ({ type: 'file', name, content, mode: 0o755 }),
    ),
  ];
}
