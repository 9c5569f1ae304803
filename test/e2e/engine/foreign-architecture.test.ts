import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { parsePlatform } from '../../../guest-agent/registry/platform.ts';
import { testImage, writeLayout } from '../../../guest-agent/registry/testing/test-image.ts';
import { debianFile } from '../../../guest-agent/store/testing/debian-program.ts';
import { writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { openGeneration } from '../../fixtures/client-generations.ts';
import { berth, output } from '../berth.ts';
import { removeContainers } from './shared-machine.ts';

const run = promisify(execFile);

/** The architecture that the VM doesn't have: its name in Debian and OCI, and in uname. */
const foreign =
  process.arch === 'arm64'
    ? { name: 'amd64', machine: 'x86_64' }
    : { name: 'arm64', machine: 'aarch64' };

const name = `${inject('registry').guestHost}/test/foreign:1`;

// Busybox for the other architecture, as an image in the registry.
beforeAll(async () => {
  await using directory = await temporaryDirectory();
  const busybox = await debianFile('busybox-static', '/usr/bin/busybox', foreign.name);
  const tar = writeTar([
    { name: 'bin/', type: 'directory' },
    { name: 'bin/busybox', mode: 0o755, content: await readFile(busybox) },
    { name: 'bin/sh', type: 'symlink', target: 'busybox' },
    { name: 'bin/uname', type: 'symlink', target: 'busybox' },
  ]);
  const image = testImage([{ tar }], { Cmd: ['/bin/uname', '-m'] }, parsePlatform(foreign.name));
  const layout = join(directory.path, 'layout');
  await writeLayout(layout, { image });
  await run('skopeo', [
    ...['copy', '--quiet', '--dest-tls-verify=false'],
    ...[`oci:${layout}:image`, `docker://${inject('registry').host}/test/foreign:1`],
  ]);
});
afterAll(async () => {
  await removeContainers();
  await output('rmi', name);
});

test('an image of the other architecture can be pulled by platform, and runs', async () => {
  const platform = `linux/${foreign.name}`;
  expect(await output('run', '--rm', '--platform', platform, name)).toBe(foreign.machine);

  const unasked = await berth(['run', '--rm', name]);
  expect(unasked.stdout).toBe(`${foreign.machine}\n`);
  expect(unasked.stderr).toContain("WARNING: The requested image's platform");
});

test('a build runs the steps of the other architecture', async () => {
  await using own = await temporaryDirectory();
  const { docker } = await openGeneration('buildx 0.29', own.path, inject('engineSocket'));
  const context = join(own.path, 'context');
  await mkdir(context);
  await writeFile(join(context, 'Dockerfile'), `FROM ${name}\nRUN uname -m >/machine\n`);
  const platform = ['--platform', `linux/${foreign.name}`];
  const built = 'built:foreign';
  await docker.output('build', ...platform, '-t', built, context);
  const printed = await docker.output(
    'run',
    '--rm',
    ...platform,
    built,
    'busybox',
    'cat',
    '/machine',
  );
  expect(printed).toBe(foreign.machine);
  expect(await docker.output('inspect', '-f', '{{.Architecture}}', built)).toBe(foreign.name);
  await docker.output('rmi', built);
});
