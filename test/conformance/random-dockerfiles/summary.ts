import type { SeedResult } from './results-file.ts';

/** How many Dockerfiles had which outcome, how often each reason counted, and which seeds differ. */
export function summarise(results: readonly SeedResult[]): string[] {
  const count = (outcome: SeedResult['outcome']) =>
    results.filter((each) => each.outcome === outcome).length;
  const reasons = new Map<string, number>();
  const different = new Map<string, number[]>();
  for (const result of results) {
    for (const reason of result.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    if (result.outcome !== 'different') continue;
    const aspects = result.aspects.join(', ');
    different.set(aspects, [...(different.get(aspects) ?? []), result.seed]);
  }
  const failing = results.filter(({ fails }) => fails).length;
  return [
    ...[...reasons].map(([reason, times]) => `${times} Dockerfiles: ${reason}`),
    ...[...different].map(([aspects, seeds]) => `differs in ${aspects}: seeds ${seeds.join(' ')}`),
    `${results.length} Dockerfiles: ${count('same')} with the same result, ${count('reason')} with a reason, ${count('different')} differ; ${failing} fail to build with Docker`,
  ];
}
