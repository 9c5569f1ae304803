import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { socketDirectory } from '../../../guest-agent/testing/test-socket.ts';
import { ProjectEngine } from '../../host/compose/testing/project-engine.ts';
import { runWords } from '../testing/run.ts';

let engine: ProjectEngine;
let file: string;

beforeEach(async () => {
  engine = await ProjectEngine.start();
  const directory = join(socketDirectory(engine.socket), 'shop');
  await mkdir(directory);
  file = join(directory, 'compose.yaml');
  await writeFile(
    file,
    'services: {web: {image: busybox, depends_on: {db: {condition: service_healthy}}}, db: {image: redis, volumes: ["data:/d"], post_start: [{command: [x]}], secrets: [s]}}\nvolumes: {data: }\nsecrets: {s: {environment: HOME}}',
  );
});

afterEach(() => engine.close());

async function compose(...words: string[]) {
  const all = ['compose', '-f', file, ...words];
  const outcome = await runWords({ socketPath: engine.socket }, all, { env: { HOME: '/h' } });
  return { ...outcome, lines: outcome.stderr.split('\n').filter(Boolean) };
}

const tries = (...lines: string[]) => lines.map((line) => ` DRY-RUN MODE -  ${line}`);

it('tells what up would do, and does nothing', async () => {
  const { exitCode, lines } = await compose('--dry-run', 'up', '-d');
  expect({ exitCode, lines }).toEqual({
    exitCode: 0,
    lines: tries(
      ...['Network shop_default  Creating', 'Network shop_default  Created'],
      ...['Volume shop_data  Creating', 'Volume shop_data  Created'],
      ...['Container shop-db-1  Creating', 'Container shop-db-1  Created'],
      ...['Container shop-web-1  Creating', 'Container shop-web-1  Created'],
      ...['Container shop-db-1  Starting', 'Container shop-db-1  Started'],
      ...['Container shop-db-1  Waiting', 'Container shop-db-1  Healthy'],
      ...['Container shop-web-1  Starting', 'Container shop-web-1  Started'],
    ),
  });
  expect(engine.done).toEqual([]);
});

it('only creates when it would show logs, and takes its flag behind the verb', async () => {
  const { exitCode, lines } = await compose('up', '--dry-run');
  expect(exitCode).toBe(0);
  expect(lines.at(-1)).toContain('interactive run is not supported in dry-run mode');
  expect(lines.filter((line) => line.includes('Start'))).toEqual([]);
});

it('tells what would stop and be removed', async () => {
  await compose('up', '-d', '--no-deps', 'web');
  engine.done.length = 0;
  const { stdout, lines } = await compose('--dry-run', 'rm', '-fs');
  expect(stdout).toBe('Going to remove shop-web-1\n');
  expect(lines).toEqual(
    tries(
      ...['Container shop-web-1  Stopping', 'Container shop-web-1  Stopped'],
      ...['Container shop-web-1  Removing', 'Container shop-web-1  Removed'],
    ),
  );
  expect((await compose('--dry-run', 'down')).lines).toContain(
    tries('Network shop_default  Removed')[0],
  );
  expect(engine.states()).toEqual(['shop-web-1 running']);
  expect(engine.done).toEqual([]);
});

it('fails for an image that the registry does not have', async () => {
  await writeFile(file, 'services: {web: {image: nowhere}}');
  expect(await compose('--dry-run', 'pull')).toMatchObject({ exitCode: 1 });
});

it.each([
  [['cp', 'web:/x', '.'], 'compose cp is not supported in dry-run mode'],
  [['run', 'db'], 'interactive run is not supported in dry-run mode'],
  [['--dry-run=maybe', 'ps'], 'unknown flag: --dry-run=maybe'],
])('%j is refused', async (words, message) => {
  const { exitCode, stderr } = await compose('--dry-run', ...words);
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain(message);
  expect(engine.done).toEqual([]);
});
