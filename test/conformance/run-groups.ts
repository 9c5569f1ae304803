import { nameImages, pullImages } from './images.ts';
import type { DockerStore, Group, Row } from './row.ts';
import { runRow, type Surroundings } from './run-row.ts';
import { differences, judge, type Verdict } from './verdict.ts';

export interface Both {
  readonly docker: Surroundings;
  readonly berth: Surroundings;
}

/** Runs after each group, so that the next group doesn't see its objects. */
const tidy = `
  docker ps -aq | xargs -r docker rm -f -v
  docker network prune -f
  docker volume prune -af
  docker volume ls -q | xargs -r docker volume rm
  docker image ls --format '{{.Repository}}:{{.Tag}}' | grep ^made: | xargs -r docker rmi
  docker image prune -f
  ${nameImages}
  rm -rf ./*
`;

/**
 * Runs the groups and prints the results, with `show` also Docker's answers. `bothWith` gives the
 * engines for groups that compare with a Docker of this store. Returns the number of failed rows.
 */
export async function runGroups(
  groups: readonly Group[],
  bothWith: (store: DockerStore) => Promise<Both>,
  show: boolean,
): Promise<number> {
  const engines = new Map<DockerStore, Both>();
  for (const { store } of groups) {
    if (!engines.has(store)) engines.set(store, await prepare(await bothWith(store)));
  }
  const totals: Record<string, Record<Verdict, number>> = {};
  const seconds: Record<string, number> = {};
  for (const { name, rows, store } of groups) {
    const both = engines.get(store) ?? (await bothWith(store));
    const start = performance.now();
    totals[name] = { same: 0, explained: 0, failed: 0 };
    for (const row of rows) totals[name][await tryRow(name, row, both, show)] += 1;
    await onBoth({ run: tidy }, both);
    seconds[name] = Math.round((performance.now() - start) / 1000);
  }
  console.table(
    Object.fromEntries(
      Object.entries(totals).map(([name, counts]) => [
        name,
        { rows: sum(counts), ...counts, seconds: seconds[name] },
      ]),
    ),
  );
  const all = (verdict: Verdict) =>
    Object.values(totals).reduce((total, counts) => total + counts[verdict], 0);
  console.log(
    `${all('same') + all('explained') + all('failed')} rows: ${all('same')} the same, ` +
      `${all('explained')} differ for a reason, ${all('failed')} failed`,
  );
  return all('failed');
}

async function prepare(both: Both): Promise<Both> {
  const prepared = await onBoth({ run: pullImages }, both);
  for (const outcome of [prepared.docker, prepared.berth]) {
    if (outcome.exitCode !== 0) throw new Error(`cannot pull the images: ${outcome.stderr}`);
  }
  return both;
}

const sum = (counts: Record<Verdict, number>) => counts.same + counts.explained + counts.failed;

async function tryRow(group: string, row: Row, both: Both, show: boolean): Promise<Verdict> {
  const { docker, berth } =
    row.prints === undefined
      ? await onBoth(row, both)
      : {
          docker: { exitCode: 0, stdout: row.prints, stderr: '' },
          berth: await runRow(row, both.berth),
        };
  const verdict = judge(row, docker, berth);
  if (show) console.log('%s', `${group}: ${row.run}`, docker);
  if (verdict === 'explained') console.log(`${group}: ${row.run}\n  differs: ${row.differs?.why}`);
  if (verdict === 'failed') {
    console.log(`${group}: FAILED: ${row.run}`);
    if (row.differs) console.log(`  is to differ only because ${row.differs.why}`);
    for (const line of differences(docker, berth)) console.log(`  ${line}`);
  }
  return verdict;
}

async function onBoth(row: Row, both: Both) {
  const [docker, berth] = await Promise.all([runRow(row, both.docker), runRow(row, both.berth)]);
  return { docker, berth };
}
