import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { DockerClient } from '../../fixtures/docker-client.ts';
import { berth, output } from '../berth.ts';
import { guest, removeContainers } from './shared-machine.ts';

beforeAll(async () => {
  await output('pull', '--quiet', 'busybox');
});
afterEach(removeContainers);
afterAll(async () => {
  const built = (await output('images', '--quiet', '--filter', 'reference=built*')).split('\n');
  for (const id of new Set(built.filter(Boolean))) await output('rmi', '--force', id);
});

/** A build context. */
async function context(files: Record<string, string>): Promise<string> {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory[Symbol.asyncDispose]());
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory.path, name)), { recursive: true });
    await writeFile(join(directory.path, name), content);
  }
  return directory.path;
}

async function dockerClient(): Promise<DockerClient> {
  const configuration = await temporaryDirectory();
  onTestFinished(() => configuration[Symbol.asyncDispose]());
  return DockerClient.open(inject('engineSocket'), configuration.path);
}

/** The steps in a build's output, and whether they came from the cache. */
function steps(printed: string): [step: string, cached: boolean][] {
  return printed
    .split(/^Step \d+\/\d+ : /m)
    .slice(1)
    .map((part) => [part.split('\n', 1)[0] ?? '', part.includes(' ---> Using cache')]);
}

const twoStages = `
ARG BASE=nothing
FROM $BASE AS maker
ARG WHO=nobody
WORKDIR /work
COPY files files/
RUN <<EOF
echo "hello $WHO" > out
ls files >> out
EOF

FROM busybox
COPY --from=maker --chown=7:8 /work/out /data/
COPY <<end /data/doc
for \${NOBODY:-everyone}
end
CMD ["cat", "/data/out", "/data/doc"]
`;

test('stages, build arguments, here-documents and ignored files', async () => {
  const path = await context({
    Dockerfile: twoStages,
    '.dockerignore': '**/*.log\n!keep.log\n',
    ...{ 'files/a': '', 'files/b.log': '', 'files/c': '' },
  });
  const flags = ['--build-arg', 'BASE=busybox', '--build-arg', 'WHO=you', '-t', 'built:two'];
  const { exitCode, stderr } = await berth(['build', ...flags, path]);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('naming to docker.io/library/built:two');
  expect(await output('run', '--rm', 'built:two')).toBe('hello you\na\nc\nfor everyone');
  const owner = await output('run', '--rm', 'built:two', 'stat', '-c', '%u:%g %a', '/data/out');
  expect(owner).toBe('7:8 644');
});

test('with docker’s own client, a second build uses the cache for unchanged steps', async () => {
  const docker = await dockerClient();
  const dockerfile = 'FROM busybox\nRUN echo 1 > /one\nCOPY file /file\nRUN cat /file > /two\n';
  const path = await context({ Dockerfile: dockerfile, file: 'first' });
  const build = async () => steps(await docker.output('build', '-t', 'built:cached', path));
  const cached = async () => (await build()).map(([, fromCache]) => fromCache);
  expect(await cached()).toEqual([false, false, false, false]);
  expect(await cached()).toEqual([false, true, true, true]);
  await writeFile(join(path, 'file'), 'second');
  expect(await cached()).toEqual([false, true, false, false]);
  expect(await output('run', '--rm', 'built:cached', 'cat', '/one', '/two')).toBe('1\nsecond');
});

test('a failed command ends the build, whose error quotes the exit code, and no image is tagged', async () => {
  const path = await context({ Dockerfile: 'FROM busybox\nRUN echo said; exit 7\n' });
  const { exitCode, stderr } = await berth(['build', '-t', 'built:no', path]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/ said\n/);
  expect(stderr).toContain(
    'process "/bin/sh -c echo said; exit 7" did not complete successfully: exit code: 7',
  );
  expect(await output('images', '--quiet', 'built:no')).toBe('');
  expect(await output('ps', '--all', '--quiet')).toBe('');
});

test('a build stops when its client disconnects', async () => {
  const docker = await dockerClient();
  const build = docker.spawn('build', await context({ Dockerfile: 'FROM busybox\nRUN yes\n' }));
  for await (const chunk of build.stdout) if (String(chunk).includes('y\ny\n')) break;
  build.kill('SIGKILL');
  const left = async () => [
    await output('ps', '--all', '--quiet'),
    await guest('ls /var/lib/berth/builds'),
  ];
  await expect.poll(left, { timeout: 60_000 }).toEqual(['', '']);
});

test('builds don’t leave mounts or files behind', async () => {
  const path = await context({ Dockerfile: 'FROM busybox\nCOPY . /x\nWORKDIR /y\nCOPY none /\n' });
  const { exitCode, stderr } = await berth(['build', path]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('"/none": not found');
  expect(await guest('ls /var/lib/berth/builds /run/berth/t')).toBe(
    '/run/berth/t:\n\n/var/lib/berth/builds:',
  );
});

test('steps have the limits of the cgroup in which the build runs', async () => {
  const hungry = await context({ Dockerfile: 'FROM busybox\nRUN tail /dev/zero\n' });
  const cgroup = '/sys/fs/cgroup/berth/small-builds';
  await guest(`mkdir ${cgroup} && echo 64M >${cgroup}/memory.max`);
  const small = ['--cgroup-parent', '/berth/small-builds'];
  const killed = await berth(['build', ...small, hungry]);
  expect(killed.stderr).toContain('did not complete successfully: exit code: 137');
  await guest(`rmdir ${cgroup}`);
  // Only the classic builder has a flag for memory.
  const classic = await (await dockerClient()).run(['build', '--memory', '64m', hungry]);
  expect(classic.stderr).toContain('returned a non-zero code: 137');
});
