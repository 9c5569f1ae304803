import { check, type Finding, type ProbeGroup } from '../report.ts';
import { compareConfinement } from './confinement.ts';
import { type ProbedEngines, startEngines } from './engines.ts';
import { fileProbes } from './file-probes.ts';
import { kernelProbes } from './kernel-probes.ts';
import { networkProbes } from './network-probes.ts';
import { probeShares } from './share-probes.ts';
import { tryProbes } from './try-probes.ts';

const probes = [...networkProbes, ...kernelProbes, ...fileProbes];

/** What a container's programs try. */
export const containerGroup: ProbeGroup = {
  name: 'containers',
  count: (count) => `${count} probes from containers`,
  async run(options) {
    await using engines = await startEngines(options);
    const findings = [compare(engines), probeShares(engines), compareConfinement(engines)];
    return (await Promise.all(findings)).flat();
  },
};

async function compare({ berth, docker }: ProbedEngines): Promise<Finding[]> {
  const [ours, theirs] = await Promise.all([
    tryProbes(berth, probes),
    docker && tryProbes(docker, probes),
  ]);
  return probes.map((probe) => {
    const { name, from, right, docker: other } = probe;
    const output = ours.get(probe) ?? '';
    const wrong = [
      ...check(right.test(output), output),
      // Without its program, a probe would say nothing.
      ...check(!/\bnot found$/m.test(output), `a program is missing: ${output}`),
    ];
    if (theirs) {
      const output = theirs.get(probe) ?? '';
      wrong.push(...check((other?.right ?? right).test(output), `Docker's engine: ${output}`));
    }
    return {
      name: from === undefined ? name : `${name} (a container ${from})`,
      wrong,
      ...(other && { note: `differs from Docker: ${other.why}` }),
    };
  });
}
