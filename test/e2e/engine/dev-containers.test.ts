import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { devUser, publishDevBase } from '../../devcontainers/base-image.ts';
import { DevContainer } from '../../devcontainers/dev-container.ts';
import { greeting, writeWorkspace } from '../../devcontainers/workspaces.ts';
import { type InstalledClient, openGeneration } from '../../fixtures/client-generations.ts';
import { removeContainers } from './shared-machine.ts';

const registry = inject('registry');
const [shared] = inject('shared');
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let client: InstalledClient;

beforeAll(async () => {
  directory = await temporaryDirectory();
  await publishDevBase(directory.path, registry.host);
  client = await openGeneration('buildx 0.29', directory.path, inject('engineSocket'));
});
afterAll(async () => {
  await removeContainers();
  await client.docker.run(['buildx', 'rm', '--all-inactive', '--force']);
  await directory[Symbol.asyncDispose]();
});

test('a dev container is built in the VM, and shares its folder with the host', async () => {
  const folder = await mkdtemp(join(shared, 'dev-'));
  await writeWorkspace('Dockerfile', folder, `${registry.guestHost}/dev-base:1`);
  const container = new DevContainer(folder, client.environment);
  const { remoteUser, remoteWorkspaceFolder } = await container.up();
  expect(remoteUser).toBe(devUser);
  expect((await container.exec('greet; pwd; cat notes.txt /made-for')).split('\n')).toEqual([
    ...[`${greeting}, ${devUser}`, remoteWorkspaceFolder, 'first', 'Dockerfile'],
  ]);
  await writeFile(join(folder, 'notes.txt'), 'second\n');
  await expect.poll(() => container.exec('cat notes.txt')).toBe('second');
  await container.exec('echo from the container >out/answer');
  expect(await readFile(join(folder, 'out/answer'), 'utf8')).toBe('from the container\n');
});

/**
 * The image of BuildKit can't be downloaded in tests. This image notes what buildx asks of it, and
 * answers no build.
 */
const standIn = {
  Dockerfile: `FROM busybox
COPY --chmod=755 buildkitd buildctl /usr/bin/
ENTRYPOINT ["buildkitd"]
`,
  buildkitd: `#!/bin/sh
echo "$@" >/var/lib/buildkit/arguments
trap 'exit 0' TERM
while :; do sleep 1 & wait $!; done
`,
  buildctl: `#!/bin/sh
echo "$@" >>/var/lib/buildkit/calls
[ "$1" = dial-stdio ] || exit 0
head -c 14 >/var/lib/buildkit/first-bytes
`,
};

test('the driver docker-container starts its container, and speaks HTTP/2 to it', async () => {
  const { docker } = client;
  const image = await mkdtemp(join(directory.path, 'image-'));
  for (const [name, text] of Object.entries(standIn)) await writeFile(join(image, name), text);
  await docker.output('build', '-q', '-t', 'built:buildkitd', image);
  const config = join(image, 'buildkitd.toml');
  await writeFile(config, '[worker.oci]\n  max-parallelism = 3\n');
  await docker.output(
    ...['buildx', 'create', '--name', 'boxed', '--driver', 'docker-container'],
    ...['--driver-opt', 'image=built:buildkitd', '--buildkitd-config', config, '--bootstrap'],
  );
  await docker.run(['buildx', 'inspect', 'boxed']);
  const name = 'buildx_buildkit_boxed0';
  const inspect = (format: string) => docker.output('inspect', '-f', format, name);
  expect(await inspect('{{.State.Running}} {{.HostConfig.Privileged}}')).toBe('true true');
  expect(await inspect('{{range .Mounts}}{{.Name}} {{.Destination}}{{end}}')).toBe(
    'buildx_buildkit_boxed0_state /var/lib/buildkit',
  );
  const read = (path: string) => docker.output('exec', name, 'cat', path);
  expect(await read('/var/lib/buildkit/arguments')).toContain(
    '--config /etc/buildkit/buildkitd.toml',
  );
  expect(await read('/etc/buildkit/buildkitd.toml')).toContain('max-parallelism = 3');
  expect(await read('/var/lib/buildkit/calls')).toContain('dial-stdio');
  expect(await read('/var/lib/buildkit/first-bytes')).toBe('PRI * HTTP/2.0');
  await docker.output('buildx', 'rm', 'boxed');
  expect(await docker.output('ps', '-aq', '--filter', `name=${name}`)).toBe('');
  expect(await docker.output('volume', 'ls', '-q', '--filter', `name=${name}`)).toBe('');
});
