import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBoth } from '../peers/both.ts';
import { prepareBuildClient } from '../peers/build-client.ts';
import type { Peer } from '../peers/peer.ts';
import { aspects } from './compare.ts';
import type { BuildEngine } from './perform.ts';
import { ResultsFile } from './results-file.ts';
import { runBuilds } from './run-builds.ts';
import { summarise } from './summary.ts';

/**
 * `npm run random-dockerfiles [-- OPTIONS]` builds random Dockerfiles with Docker's engine and
 * Berth's, each twice, and compares the results. Prints the Dockerfiles whose results differ, and
 * how often each reason for a difference counted. A Dockerfile depends only on its seed:
 * `--seed N --count 1` builds it again.
 *
 * `--shrink` also prints the smallest Dockerfile with each kind of difference. `--ignore ASPECT`
 * leaves an aspect out. `--machine` runs Berth's engine in a VM.
 *
 * `--results FILE` keeps the results in a file, and a later run with the file builds only the seeds
 * that the file doesn't have, and those that differ with `--again`. `--minutes N` stops the run
 * early. The counts at the end are of all seeds from `--seed` on that have a result.
 */

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '100' },
    ignore: { type: 'string', multiple: true, default: [] },
    machine: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: false },
    parallel: { type: 'string', default: '2' },
    results: { type: 'string' },
    again: { type: 'boolean', default: false },
    minutes: { type: 'string', default: 'Infinity' },
  },
});
const [first, count] = [Number(values.seed), Number(values.count)];
const range = Array.from({ length: count }, (_, index) => first + index);
const results = await ResultsFile.open(values.results);
const seeds = range.filter((seed) => {
  const outcome = results.get(seed)?.outcome;
  return outcome === undefined || (values.again && outcome === 'different');
});
const deadline = Date.now() + Number(values.minutes) * 60_000;

if (seeds.length > 0) {
  const both = await startBoth({ native: !values.machine });
  const prepared = async (peer: Peer): Promise<BuildEngine> => ({
    ...peer,
    ...(await prepareBuildClient(both, peer)),
  });
  try {
    await runBuilds({
      engines: [await prepared(both.docker), await prepared(both.berth)],
      directory: join(both.directory, 'random'),
      seeds,
      ignored: new Set(aspects.filter((aspect) => values.ignore.includes(aspect))),
      parallel: Number(values.parallel),
      shrinks: values.shrink,
      deadline,
      record: (result) => results.add(result),
    });
  } finally {
    await both.stop();
  }
}
const found = range.flatMap((seed) => results.get(seed) ?? []);
console.log(`\n${summarise(found).join('\n')}`);
process.exitCode =
  found.length < count || found.some(({ outcome }) => outcome === 'different') ? 1 : 0;
