import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { temporaryDirectory } from '../../guest-agent/store/testing/temporary-directory.ts';
import { openGeneration } from '../fixtures/client-generations.ts';
import { publishDevBase } from './base-image.ts';

/** All clients wait while the engine's only thread works on one thing. */
const LONGEST_MS = 250;

const { socket, shared, registry, longestTurn } = inject('nativeEngine');
const base = `${registry.guestHost}/dev-base:1`;

beforeAll(async () => {
  await using directory = await temporaryDirectory();
  await publishDevBase(directory.path, registry.host);
});

test('no turn of the event loop takes long, with large builds, archives and many containers', async () => {
  const home = await mkdtemp(join(shared, 'turns-'));
  const { docker } = await openGeneration('buildx 0.29', join(home, 'client'), socket);
  const context = await contextWith(join(home, 'context'), 3_000);
  const image = 'turns:1';
  await docker.output('build', '--tag', image, context);
  await docker.output('save', '--output', join(home, 'image.tar'), image);
  await docker.output('load', '--input', join(home, 'image.tar'));
  const names = Array.from({ length: 12 }, (_, index) => `turns-${index}`);
  await Promise.all(
    names.map((name) =>
      docker.output(
        'run',
        '--detach',
        '--name',
        name,
        base,
        'sh',
        '-c',
        'yes 0123456789 | head -n 200000',
      ),
    ),
  );
  await Promise.all(names.map((name) => docker.output('wait', name)));
  await Promise.all(names.map((name) => docker.output('logs', '--tail', '100000', name)));
  await docker.output('cp', context, `${names[0]}:/tmp/files`);
  await docker.output('export', '--output', join(home, 'export.tar'), names[0] ?? '');
  await docker.output('ps', '--all', '--size');
  await docker.output('system', 'df', '--verbose');
  await docker.output('rm', '--force', ...names);
  expect(Number(await readFile(longestTurn, 'utf8'))).toBeLessThan(LONGEST_MS);
});

/** A build context with many files, and patterns that many names almost match. */
async function contextWith(directory: string, files: number): Promise<string> {
  const folder = join(directory, 'files');
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < files; index++) {
    await writeFile(join(folder, `${'a'.repeat(100)}${index}`), `${index}`.repeat(100));
  }
  await writeFile(join(directory, '.dockerignore'), `${'*a*a*a*a*b\n'.repeat(100)}`);
  await writeFile(
    join(directory, 'Dockerfile'),
    `FROM ${base}\nCOPY files/*a*a*a*a*9 /some/\nCOPY files /all/\n`,
  );
  return directory;
}
