import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBoth } from '../peers/both.ts';
import { prepareBuildClient } from '../peers/build-client.ts';
import type { Peer } from '../peers/peer.ts';
import { aspects } from './compare.ts';
import type { BuildEngine } from './perform.ts';
import { runBuilds } from './run-builds.ts';

/**
 * `npm run random-dockerfiles [-- [--seed N] [--count N] [--ignore ASPECT]... [--whole]]` builds
 * random Dockerfiles with Docker's engine and Berth's, each twice, and compares the results. Prints
 * the Dockerfiles whose results differ, without the lines that don't matter; with `--whole`, with
 * all lines. A Dockerfile depends only on its seed: `--seed N --count 1` builds it again. With
 * `--machine`, Berth's engine runs in a VM.
 */

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '100' },
    ignore: { type: 'string', multiple: true, default: [] },
    machine: { type: 'boolean', default: false },
    whole: { type: 'boolean', default: false },
  },
});
const [first, count] = [Number(values.seed), Number(values.count)];

const both = await startBoth({ native: !values.machine });
try {
  const different = await runBuilds({
    engines: [await prepared(both.docker), await prepared(both.berth)],
    directory: join(both.directory, 'random'),
    seeds: Array.from({ length: count }, (_, index) => first + index),
    ignored: new Set(aspects.filter((aspect) => values.ignore.includes(aspect))),
    shrinks: !values.whole,
  });
  console.log(`\n${count} Dockerfiles from seed ${first}: ${different} differ`);
  process.exitCode = different > 0 ? 1 : 0;
} finally {
  await both.stop();
}

async function prepared(peer: Peer): Promise<BuildEngine> {
  return { ...peer, ...(await prepareBuildClient(both, peer)) };
}
