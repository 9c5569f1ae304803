import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBoth } from '../peers/both.ts';
import { prepareBuildClient } from '../peers/build-client.ts';
import type { Peer } from '../peers/peer.ts';
import { aspects } from './compare.ts';
import type { BuildEngine } from './perform.ts';
import { runBuilds } from './run-builds.ts';

/**
 * `npm run random-dockerfiles [-- [--seed N] [--count N] [--ignore ASPECT]... [--shrink]]` builds
 * random Dockerfiles with Docker's engine and Berth's, each twice, and compares the results. Prints
 * the Dockerfiles whose results differ, and how often each reason for a difference counted. With
 * `--shrink`, it also prints the smallest Dockerfile with each kind of difference. A Dockerfile
 * depends only on its seed: `--seed N --count 1` builds it again. With `--machine`, Berth's engine
 * runs in a VM.
 */

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '100' },
    ignore: { type: 'string', multiple: true, default: [] },
    machine: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: false },
    parallel: { type: 'string', default: '2' },
  },
});
const [first, count] = [Number(values.seed), Number(values.count)];

const both = await startBoth({ native: !values.machine });
try {
  const { different, explained, failing } = await runBuilds({
    engines: [await prepared(both.docker), await prepared(both.berth)],
    directory: join(both.directory, 'random'),
    seeds: Array.from({ length: count }, (_, index) => first + index),
    ignored: new Set(aspects.filter((aspect) => values.ignore.includes(aspect))),
    parallel: Number(values.parallel),
    shrinks: values.shrink,
  });
  console.log(
    `\n${count} Dockerfiles from seed ${first}: ${count - different - explained} with the same result, ${explained} with a reason, ${different} differ; ${failing} fail to build with Docker`,
  );
  process.exitCode = different > 0 ? 1 : 0;
} finally {
  await both.stop();
}

async function prepared(peer: Peer): Promise<BuildEngine> {
  return { ...peer, ...(await prepareBuildClient(both, peer)) };
}
