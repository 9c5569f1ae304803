import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, inject, test } from 'vitest';
import { git, serveGit } from '../../../guest-agent/build/git/testing/git-server.ts';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { openGeneration } from '../../fixtures/client-generations.ts';
import type { DockerClient } from '../../fixtures/docker-client.ts';
import { output } from '../berth.ts';
import { removeContainers } from './shared-machine.ts';

let docker: DockerClient;

beforeAll(async () => {
  const own = await temporaryDirectory();
  ({ docker } = await openGeneration('buildx 0.29', own.path, inject('engineSocket')));
  return async () => {
    await output('rmi', '--force', 'built:git');
    await own[Symbol.asyncDispose]();
  };
});
afterEach(removeContainers);

test('the VM fetches a repository of the host’s network with its submodules, and builds it', async () => {
  await using directory = await temporaryDirectory();
  const repositories = directory.path;
  await using server = await serveGit(repositories);
  const at = (path: string) => join(repositories, path);
  for (const name of ['sub.git', 'app.git']) {
    await mkdir(at(name));
    await git(at(name), 'init', '-q', '-b', 'main');
  }
  const commit = async (name: string) => {
    await git(at(name), 'add', '.');
    await git(at(name), 'commit', '-qm', 'files');
  };
  await writeFile(at('sub.git/word'), 'of the submodule');
  await commit('sub.git');
  await mkdir(at('app.git/server'));
  await writeFile(
    at('app.git/server/Dockerfile'),
    'FROM busybox\nCOPY lib/word ran /\nRUN cat /word\n',
  );
  await writeFile(at('app.git/server/ran'), 'of the branch');
  await git(at('app.git'), 'submodule', '--quiet', 'add', '../sub.git', 'server/lib');
  await git(at('app.git'), 'checkout', '-qb', 'release');
  await commit('app.git');
  const url = server.url.replace('127.0.0.1', '10.0.2.2');
  const source = `${url}/app.git#release:server`;
  const words = ['build', '--progress=plain', '-t', 'built:git', source];
  const { stderr: progress } = await docker.run(words);
  expect(progress).toContain('of the submodule');
  expect(await docker.output('run', '--rm', 'built:git', 'cat', '/word', '/ran')).toBe(
    'of the submoduleof the branch',
  );
});
