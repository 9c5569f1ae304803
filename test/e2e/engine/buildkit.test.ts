import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { installPrograms } from '../../conformance/clients/programs.ts';
import { dockerRoot } from '../../conformance/peers/docker-root.ts';
import { DockerClient } from '../../fixtures/docker-client.ts';
import { output } from '../berth.ts';
import { guest, removeContainers } from './shared-machine.ts';

beforeAll(async () => {
  await output('pull', '--quiet', 'busybox');
});
afterEach(removeContainers);
afterAll(async () => {
  const built = (await output('images', '--quiet', '--filter', 'reference=built*')).split('\n');
  for (const id of new Set(built.filter(Boolean))) await output('rmi', '--force', id);
});

async function directory(): Promise<string> {
  const temporary = await temporaryDirectory();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  return temporary.path;
}

/** The client of the VM's Debian release, or the newest in Debian. */
async function clientOf(release: 'trixie' | 'sid'): Promise<DockerClient> {
  const own = await directory();
  const socket = inject('engineSocket');
  if (release === 'trixie') return DockerClient.openWithBuildx(socket, own);
  const { path, configuration } = await installPrograms(await dockerRoot(), own);
  return DockerClient.at(join(path, 'docker'), {
    ...{ PATH: process.env.PATH, HOME: own, DOCKER_CONFIG: configuration },
    DOCKER_HOST: `unix://${socket}`,
  });
}

const dockerfile = `
FROM busybox
WORKDIR /work
RUN echo run once > ran
COPY large ./
RUN --mount=type=secret,id=word cat /run/secrets/word > word
RUN sha256sum large
`;

test.each(['trixie', 'sid'] as const)(
  'plain docker build of %s uses BuildKit’s API',
  async (release) => {
    const docker = await clientOf(release);
    const context = await directory();
    const large = randomBytes(5 << 20);
    await writeFile(join(context, 'Dockerfile'), dockerfile);
    await writeFile(join(context, 'large'), large);
    await writeFile(join(context, 'word'), release);
    const build = async () => {
      const flags = ['--progress=plain', '--secret', `id=word,src=${context}/word`];
      const { exitCode, stderr } = await docker.run(['build', ...flags, '-t', 'built:bk', context]);
      expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, '']);
      return stderr;
    };
    expect(await build()).toContain(createHash('sha256').update(large).digest('hex'));
    expect(await docker.output('run', '--rm', 'built:bk', 'cat', 'ran', 'word')).toBe(
      `run once\n${release}`,
    );

    await writeFile(join(context, 'large'), `small for ${release}`);
    const again = await build();
    expect(again).toMatch(/\[stage-0 3\/6\] RUN echo run once > ran\n#\d+ CACHED/);
    expect(again).not.toMatch(/\[stage-0 4\/6\] COPY large .\/\n#\d+ CACHED/);
    expect(await docker.output('run', '--rm', 'built:bk', 'cat', 'large')).toBe(
      `small for ${release}`,
    );
  },
);

test('a build that fails says where, and one that is interrupted leaves nothing running', async () => {
  const docker = await clientOf('sid');
  const context = await directory();
  await writeFile(join(context, 'Dockerfile'), 'FROM busybox\nRUN echo out; exit 9\n');
  const failed = await docker.run(['build', '--progress=plain', context]);
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toContain('>>> RUN echo out; exit 9');
  expect(failed.stderr).toContain(
    'process "/bin/sh -c echo out; exit 9" did not complete successfully: exit code: 9',
  );

  await writeFile(join(context, 'Dockerfile'), 'FROM busybox\nRUN echo begun; sleep 300\n');
  const interrupted = docker.spawn('build', '--progress=plain', context);
  const exited = new Promise((resolve) => interrupted.once('exit', resolve));
  let printed = '';
  interrupted.stderr.on('data', (chunk) => {
    printed += chunk;
  });
  await expect.poll(() => printed, { timeout: 60_000 }).toMatch(/\d begun$/m);
  interrupted.kill('SIGINT');
  await exited;
  const left = () => guest("pgrep -xf 'sleep 300' || true");
  await expect.poll(left, { timeout: 20_000 }).toBe('');
});
