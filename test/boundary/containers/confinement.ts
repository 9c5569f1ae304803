import { check, type Finding } from '../report.ts';
import type { ProbedEngine, ProbedEngines } from './engines.ts';
import type { Probe } from './probe.ts';
import { tryProbes } from './try-probes.ts';

/** What confines a default container, each with a script that prints it. */
const FACTS = {
  user: 'id',
  capabilities: 'grep Cap /proc/self/status',
  'seccomp and privileges': 'grep -E "^(Seccomp|NoNewPrivs)" /proc/self/status',
  'user namespace': 'cat /proc/self/uid_map /proc/self/gid_map',
  limits: "sed 's/  */ /g' /proc/self/limits | grep -v 'pending signals'",
  // What hides a path differs between runtimes, and control groups between hosts.
  'mounts of the kernel, and hidden paths': `awk '$5 ~ "^/(dev|proc|sys)" && $5 !~ "^/sys/fs/cgroup" {
    split($0, half, " - "); split(half[2], fs, " ")
    print $5, (fs[1] ~ "^(tmpfs|devtmpfs)$" && $5 !~ "^/dev") ? "hidden" : $6 " " fs[1]
  }' /proc/self/mountinfo | sort`,
  // crun also makes /dev/core, a link to /proc/kcore, which is hidden.
  devices: "ls -l /dev | grep -v kcore | awk '{ print $1, $NF }' | sort",
  environment: 'env | grep -E "^(PATH|HOME)="',
  'control group': 'cat /proc/self/cgroup',
} as const;

/** Prints what confines a default container, and finds where Docker's engine confines differently. */
export async function compareConfinement({ berth, docker }: ProbedEngines): Promise<Finding[]> {
  if (!docker) return [];
  const [ours, theirs] = await Promise.all([factsOf(berth), factsOf(docker)]);
  console.log('A default container of Berth:');
  return ours.map(([name, value], at) => {
    console.log(`  ${name}:\n${value.replaceAll(/^/gm, '    ')}`);
    const other = theirs[at]?.[1] ?? '';
    return {
      name: `a default container is confined as in Docker: ${name}`,
      wrong: check(value === other, `Berth:\n${value}\nDocker's engine:\n${other}`),
    };
  });
}

async function factsOf(engine: ProbedEngine): Promise<(readonly [string, string])[]> {
  const facts = Object.entries(FACTS).map(
    ([name, script]): Probe => ({ name, script, right: /./ }),
  );
  const outputs = await tryProbes(engine, facts);
  return facts.map((fact) => [fact.name, (outputs.get(fact) ?? '').trim()]);
}
