import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { awkwardLayers } from '../../guest-agent/engine/images/testing/awkward-layers.ts';
import { testImage, writeLayout } from '../../guest-agent/registry/testing/test-image.ts';
import { writeTar } from '../../guest-agent/store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../guest-agent/store/testing/temporary-directory.ts';
import { berth, output, terminal } from '../e2e/berth.ts';
import { guest, removeContainers } from '../e2e/engine/shared-machine.ts';
import { startRegistry } from '../fixtures/registry.ts';

const run = promisify(execFile);

/**
 * Lists the properties of every file that both the host and a container can see. Omits files that
 * an engine adds to a container, and times of directories that change for this reason.
 */
const LIST = `#!/busybox sh
export PATH=/nowhere
list() {
  /busybox find / -xdev ! -path /proc ! -path /sys ! -path /dev ! -path '/dev/*' \\
    ! -path /.dockerenv ! -path /etc/hosts ! -path /etc/hostname ! -path /etc/resolv.conf "$@"
}
list ! -type d -exec /busybox stat -c '%n|%F|%f|%u:%g|%s|%h links|%t,%T|%Y|%N' {} +
list -type d -exec /busybox stat -c '%n|%F|%f|%u:%g' {} +
list -type f -exec /busybox sha256sum {} +
`;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let image: ReturnType<typeof testImage>;
/** The image's name on the host and in the VM. */
let names: { host: string; guest: string };

beforeAll(async () => {
  directory = await temporaryDirectory();
  const tools = writeTar([
    { name: 'busybox', mode: 0o755, content: await readFile('/bin/busybox') },
    { name: 'list', mode: 0o755, content: LIST },
  ]);
  image = testImage(
    [...awkwardLayers, tools].map((tar) => ({ tar })),
    { Cmd: ['/list'] },
  );
  const layout = join(directory.path, 'layout');
  await writeLayout(layout, { awkward: image });
  const { host, guestHost } = inject('registry');
  names = { host: `${host}/test/awkward:1`, guest: `${guestHost}/test/awkward:1` };
  await run('skopeo', [
    ...['copy', '--quiet', '--dest-tls-verify=false'],
    ...[`oci:${layout}:awkward`, `docker://${names.host}`],
  ]);
});
afterAll(async () => {
  await removeContainers();
  await directory[Symbol.asyncDispose]();
});

/** The image's files after `skopeo copy` and `umoci unpack`, as listed by its own /list. */
async function listOnHost(): Promise<string> {
  const copy = join(directory.path, 'copy');
  await run('skopeo', [
    ...['copy', '--quiet', '--src-tls-verify=false'],
    ...[`docker://${names.host}`, `oci:${copy}:1`],
  ]);
  const unpacked = join(directory.path, 'unpacked');
  await run('umoci', ['unpack', '--keep-dirlinks', '--image', `${copy}:1`, unpacked]);
  return (await run('chroot', [join(unpacked, 'rootfs'), '/list'])).stdout;
}

const sorted = (lines: string) => lines.split('\n').filter(Boolean).sort();

test('a pull shows its progress, and gives the same files as other tools', async () => {
  const { stdout } = await berth(['pull', names.guest]);
  const layers = [...new Set(image.layers.map(({ digest }) => digest.slice(7, 19)))];
  for (const layer of layers) {
    expect(stdout).toContain(`${layer}: Pulling fs layer\n`);
    expect(stdout).toContain(`${layer}: Pull complete\n`);
  }
  expect(stdout).toContain(`Digest: ${image.manifest.digest}\n`);
  expect(stdout).toContain(`Status: Downloaded newer image for ${names.guest}\n`);
  expect(await output('pull', names.guest)).toContain(
    `Status: Image is up to date for ${names.guest}\n`,
  );

  const [expected, actual] = await Promise.all([listOnHost(), output('run', names.guest)]);
  expect(sorted(actual)).toEqual(sorted(expected));
  expect(sorted(actual).length).toBeGreaterThan(70);
});

test('on a terminal each layer has a bar; removing the image frees what it took', async () => {
  await removeContainers();
  const kept = () => guest('ls /var/lib/berth/layers /var/lib/berth/blobs');
  const hex = [...image.diffIds, image.config.digest].map((digest) => digest.slice(7));
  await output('pull', '--quiet', names.guest);
  const before = await kept();
  for (const each of hex) expect(before).toContain(each);

  const removed = await output('rmi', names.guest);
  expect(removed).toContain(`Untagged: ${names.guest}\n`);
  expect(removed).toContain(`Deleted: ${image.config.digest}`);
  const after = await kept();
  for (const each of hex) expect(after).not.toContain(each);
  expect((await berth(['rmi', names.guest])).exitCode).toBe(1);

  const screen = terminal(`berth pull ${names.guest}; echo "code $?"`);
  await screen.shows(/: Downloading \[=+> *\] [\d.]+[kM]?B\/[\d.]+[kM]?B/);
  await screen.shows('code 0');
  await output('rmi', names.guest);
});

test('an image that a container uses is not removed without force', async () => {
  await output('pull', '--quiet', names.guest);
  const id = await output('create', names.guest);
  const { exitCode, stderr } = await berth(['rmi', names.guest]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(id.slice(0, 12));
  await output('rm', id);
  await output('rmi', names.guest);
});

test('a tag that the registry does not have', async () => {
  const missing = names.guest.replace(/:1$/, ':2');
  const [pull, start] = await Promise.all([
    berth(['pull', missing]),
    berth(['run', '--rm', missing]),
  ]);
  expect(pull.exitCode).toBe(1);
  expect(pull.stderr).toContain(`manifest for ${missing} not found`);
  expect(start.exitCode).toBe(125);
  expect(start.stderr).toContain(`manifest for ${missing} not found`);
});

test('a registry that is stopped', async () => {
  const registry = await startRegistry();
  await registry.stop();
  const { exitCode, stderr } = await berth(['pull', `${registry.guestHost}/any/image:1`]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(registry.guestHost);
  expect(stderr).toMatch(/connection refused|cannot be reached/i);
});

test('an image that Berth includes needs no registry, and pull says so', async () => {
  // From here on, Docker Hub can't be reached, wherever this test runs.
  const hosts = '127.0.0.1 registry-1.docker.io index.docker.io auth.docker.io';
  await guest(`touch /etc/hosts; cp /etc/hosts /etc/hosts.kept; echo "${hosts}" >> /etc/hosts`);
  try {
    await berth(['rmi', '--force', 'busybox']);
    const pulled = await output('pull', 'busybox');
    expect(pulled).toMatch(
      /^Registry docker\.io can't be reached\. Using the copy .* ships with$/m,
    );
    expect(pulled).toContain('Status: Downloaded newer image for busybox:latest');
    expect(await output('run', '--rm', 'busybox', 'echo', 'works')).toBe('works');
    const { exitCode, stderr } = await berth(['pull', 'nobody-carries-this']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/registry-1\.docker\.io|docker\.io/);
  } finally {
    await guest('mv /etc/hosts.kept /etc/hosts');
  }
});
