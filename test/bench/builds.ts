import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBoth } from '../conformance/peers/both.ts';
import { type BuildClient, prepareBuildClient } from '../conformance/peers/build-client.ts';
import { outcomeOf, printed } from '../fixtures/outcome.ts';
import { type BuildCase, buildCases } from './build-cases.ts';
import { type Figure, median } from './figure.ts';

/**
 * How long builds take with Berth's engine and with Docker's, which both run on this host (root
 * only). The same client builds the same directories, and the engines take turns.
 */
export async function benchBuilds(): Promise<Figure[]> {
  const both = await startBoth({ native: true });
  try {
    const docker = await prepareBuildClient(both, both.docker);
    const berth = await prepareBuildClient(both, both.berth);
    const figures: Figure[] = [await clientAlone(berth)];
    for (const each of buildCases) {
      const directory = join(both.directory, 'context');
      await mkdir(directory);
      figures.push(await compare(each, directory, berth, docker));
      await rm(directory, { recursive: true });
    }
    return figures;
  } finally {
    await both.stop();
  }
}

async function compare(
  { name, rounds, dockerfile, prepare, change, flags = [] }: BuildCase,
  directory: string,
  berth: BuildClient,
  docker: BuildClient,
): Promise<Figure> {
  await writeFile(join(directory, 'Dockerfile'), `${dockerfile.join('\n')}\n`);
  await prepare?.(directory);
  const times: { berth: number[]; docker: number[] } = { berth: [], docker: [] };
  // The first round warms the caches up, and doesn't count.
  for (let round = 0; round <= rounds; round += 1) {
    await change?.(directory, round);
    const turns = [
      { client: berth, own: times.berth },
      { client: docker, own: times.docker },
    ];
    for (const { client, own } of round % 2 === 0 ? turns : turns.reverse()) {
      const time = await timeOfBuild(client, [...flags, `--build-arg=ROUND=${round}`, directory]);
      if (round > 0) own.push(time);
    }
  }
  return {
    name,
    value: median(times.berth),
    unit: 'ms',
    peer: { name: 'Docker', value: median(times.docker) },
  };
}

/** What the client takes for itself, which is in the time of every build with both engines. */
async function clientAlone(client: BuildClient): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < 9; round += 1) times.push(await timeOf(client, ['version']));
  return { name: 'the client alone (buildx version)', value: median(times), unit: 'ms' };
}

const timeOfBuild = (client: BuildClient, words: readonly string[]) =>
  timeOf(client, ['build', '--tag=made:bench', ...words]);

async function timeOf(
  { buildx, environment }: BuildClient,
  words: readonly string[],
): Promise<number> {
  const begin = performance.now();
  const child = spawn(buildx, words, { env: environment });
  printed('buildx', await outcomeOf(child, ''));
  return performance.now() - begin;
}
