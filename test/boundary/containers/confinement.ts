import { check, type Finding } from '../report.ts';
import type { ProbedEngine, ProbedEngines } from './engines.ts';
import type { Probe } from './probe.ts';
import { tryProbes } from './try-probes.ts';

/** What confines a default container, each with a script that prints it. */
const FACTS = {
  user: 'id',
  capabilities: 'grep Cap /proc/self/status',
  'seccomp and privileges': 'grep -E "^(Seccomp|NoNewPrivs)" /proc/self/status',
  namespaces:
    'for n in cgroup ipc mnt net pid user uts time; do [ "$(readlink /proc/1/ns/$n)" ] && echo $n; done',
  limits: "sed 's/  */ /g' /proc/self/limits | grep -v 'pending signals'",
  'read-only and hidden paths':
    'awk \'$5 ~ "^/(proc|sys)" { sub(/,.*/, "", $6); print $5, $6 }\' /proc/self/mountinfo | sort',
  'mounts of the kernel':
    'awk \'$5 ~ "^/(dev|proc|sys)" { split($0, half, " - "); split(half[2], fs, " "); print $5, $6, fs[1] }\' /proc/self/mountinfo | sort',
  devices: "ls -l /dev | awk '{ print $1, $NF }' | sort",
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
