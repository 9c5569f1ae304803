import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../guest-agent/store/testing/temporary-directory.ts';
import { output } from '../e2e/berth.ts';
import { guest, removeContainers } from '../e2e/engine/shared-machine.ts';
import { openGeneration } from '../fixtures/client-generations.ts';
import type { DockerClient } from '../fixtures/docker-client.ts';

/** The newest client of Debian. test/devcontainers has older ones, through the same bridge. */
let docker: DockerClient;
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  const own = opened.use(await temporaryDirectory());
  ({ docker } = await openGeneration('buildx 0.29', own.path, inject('engineSocket')));
});
afterEach(removeContainers);
afterAll(async () => {
  const built = (await output('images', '--quiet', '--filter', 'reference=built*')).split('\n');
  for (const id of new Set(built.filter(Boolean))) await output('rmi', '--force', id);
  await opened.disposeAsync();
});

async function directory(): Promise<string> {
  const temporary = await temporaryDirectory();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  return temporary.path;
}

async function contextOf(dockerfile: string): Promise<string> {
  const context = await directory();
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  return context;
}

/** Builds, and returns the progress. */
async function build(...words: string[]): Promise<string> {
  const { exitCode, stderr } = await docker.run(['build', '--progress=plain', ...words]);
  expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, '']);
  return stderr;
}

const dockerfile = `
FROM busybox
WORKDIR /work
RUN echo run once > ran
COPY large ./
RUN --mount=type=secret,id=word cat /run/secrets/word > word
RUN sha256sum large
`;

test('plain docker build uses BuildKit’s API', async () => {
  const context = await contextOf(dockerfile);
  const large = randomBytes(5 << 20);
  await writeFile(join(context, 'large'), large);
  await writeFile(join(context, 'word'), 'secret');
  const again = () => build('--secret', `id=word,src=${context}/word`, '-t', 'built:bk', context);
  expect(await again()).toContain(createHash('sha256').update(large).digest('hex'));
  expect(await docker.output('run', '--rm', 'built:bk', 'cat', 'ran', 'word')).toBe(
    'run once\nsecret',
  );

  await writeFile(join(context, 'large'), 'small');
  const second = await again();
  expect(second).toMatch(/\[stage-0 3\/6\] RUN echo run once > ran\n#\d+ CACHED/);
  expect(second).not.toMatch(/\[stage-0 4\/6\] COPY large .\/\n#\d+ CACHED/);
  expect(await docker.output('run', '--rm', 'built:bk', 'cat', 'large')).toBe('small');
});

test('a build that fails says where, and one that is interrupted leaves nothing running', async () => {
  const failed = await docker.run([
    ...['build', '--progress=plain', await contextOf('FROM busybox\nRUN echo out; exit 9\n')],
  ]);
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toContain('>>> RUN echo out; exit 9');
  expect(failed.stderr).toContain(
    'process "/bin/sh -c echo out; exit 9" did not complete successfully: exit code: 9',
  );

  const endless = await contextOf('FROM busybox\nRUN echo begun; sleep 1234\n');
  const interrupted = docker.spawn('build', '--progress=plain', endless);
  const exited = once(interrupted, 'exit');
  let printed = '';
  interrupted.stderr.on('data', (chunk) => {
    printed += chunk;
  });
  await expect.poll(() => printed, { timeout: 60_000 }).toMatch(/\d begun$/m);
  interrupted.kill('SIGINT');
  await exited;
  const left = () => guest("pgrep -xf 'sleep 1234' || true");
  await expect.poll(left, { timeout: 60_000 }).toBe('');
});

test('steps have the limits of the build', async () => {
  const limits = 'RUN df -m /dev/shm | awk \'END { print "shm " $2 }\'; echo files $(ulimit -n)\n';
  const flags = ['--shm-size', '100m', '--ulimit', 'nofile=123:456'];
  const progress = await build(...flags, await contextOf(`FROM busybox\n${limits}`));
  expect(progress).toMatch(/ shm 100$/m);
  expect(progress).toMatch(/ files 123$/m);
});
