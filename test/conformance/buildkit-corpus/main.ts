import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBoth } from '../peers/both.ts';
import type { Case } from './case.ts';
import { argumentCases } from './cases/arguments.ts';
import { copyCases } from './cases/copy.ts';
import { errorCases } from './cases/errors.ts';
import { heredocCases } from './cases/heredocs.ts';
import { imageCases } from './cases/images.ts';
import { lintCases } from './cases/lint.ts';
import { mountCases } from './cases/mounts.ts';
import { onbuildCases } from './cases/onbuild.ts';
import { patternCases } from './cases/patterns.ts';
import { questionCases } from './cases/questions.ts';
import { remoteCases } from './cases/remote.ts';
import { leftOut } from './left-out.ts';
import { prepare } from './prepare.ts';
import { type Place, runCase } from './run-case.ts';

/**
 * `npm run buildkit-corpus [-- [--docker] [TEST...]]` runs the builds of BuildKit's own tests of its
 * Dockerfile frontend, restated as commands of a client, against Berth's engine on this host (root
 * only). It prints which fail, which fail in Docker's engine too with `--docker`, and which of
 * BuildKit's tests are skipped. `TEST` selects cases whose name contains it.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { docker: { type: 'boolean', default: false } },
});
const all: readonly Case[] = [
  ...[...argumentCases, ...copyCases, ...errorCases, ...heredocCases, ...imageCases],
  ...[...lintCases, ...mountCases, ...onbuildCases, ...patternCases, ...questionCases],
  ...remoteCases,
];
const chosen = all.filter(
  ({ test }) => positionals.length === 0 || positionals.some((text) => test.includes(text)),
);

const engines = await startBoth({ native: true });
try {
  const peers = values.docker ? [engines.berth, engines.docker] : [engines.berth];
  const failures = new Map<string, string>();
  for (const { name, socket } of peers) {
    const directory = join(engines.directory, `${name}-corpus`);
    await mkdir(directory);
    const { programs, registry } = engines;
    const environment = {
      PATH: `${programs.path}:/usr/sbin:/usr/bin:/sbin:/bin`,
      ...{ HOME: directory, DOCKER_CONFIG: programs.configuration, LC_ALL: 'C.UTF-8' },
      ...{ DOCKER_HOST: `unix://${socket}`, DOCKER_CLI_HINTS: 'false', REGISTRY: registry.name },
    };
    const place = {
      directory,
      environment: { ...environment, ...(await prepare(environment, directory)) },
    };
    const failed = await runAll(name, place);
    if (name === 'berth') for (const [title, why] of failed) failures.set(title, why);
  }
  for (const { test, why } of leftOut) console.log(`skipped: ${test}: ${why}`);
  for (const [test, count] of countByTest(failures)) console.log(`passes: ${test}: ${count}`);
  const tests = new Set(all.map(({ test }) => test));
  console.log(
    `${chosen.length - failures.size} of ${chosen.length} cases of ${tests.size} tests pass; ${leftOut.length} tests are skipped`,
  );
  process.exitCode = failures.size > 0 ? 1 : 0;
} finally {
  await engines.stop();
}

/** How many cases of each test pass, for the tests of which all pass. */
function countByTest(failures: ReadonlyMap<string, string>): Map<string, string> {
  const failed = new Set([...failures.keys()].map((title) => title.split(' ')[1]));
  const counts = new Map<string, number>();
  for (const { test } of chosen) {
    if (!failed.has(test)) counts.set(test, (counts.get(test) ?? 0) + 1);
  }
  return new Map(
    [...counts].map(([test, count]) => [test, `${count} ${count === 1 ? 'case' : 'cases'}`]),
  );
}

/** Runs the chosen cases one after the other. Returns why some fail, by their title. */
async function runAll(engine: string, place: Place): Promise<Map<string, string>> {
  const failed = new Map<string, string>();
  for (const [index, each] of chosen.entries()) {
    const title = `${index} ${each.test}${each.about === undefined ? '' : ` (${each.about})`}`;
    const problem = await runCase(each, place).catch((error: unknown) => String(error));
    if (problem === undefined) continue;
    failed.set(title, problem);
    console.log(`${engine}: FAILED: ${title}: ${problem}`);
  }
  return failed;
}
