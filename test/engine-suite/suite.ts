import { attachCases } from './cases/attach.ts';
import { containerCases } from './cases/containers.ts';
import { copyCases } from './cases/copy.ts';
import { eventCases } from './cases/events.ts';
import { execCases } from './cases/exec.ts';
import { failureCases } from './cases/failures.ts';
import { imageCases } from './cases/images.ts';
import { listCases } from './cases/lists.ts';
import { logCases } from './cases/logs.ts';
import { networkCases } from './cases/networks.ts';
import { volumeCases } from './cases/volumes.ts';
import { SuiteClient } from './client.ts';
import { Place, type SuiteCase, type SuiteTarget } from './place.ts';

/**
 * The behavior of every engine: the fake engine, Berth's and Docker's. Tests of the host rely on
 * these cases.
 */
export const suiteCases: readonly SuiteCase[] = [
  ...containerCases,
  ...copyCases,
  ...listCases,
  ...logCases,
  ...attachCases,
  ...execCases,
  ...eventCases,
  ...imageCases,
  ...volumeCases,
  ...networkCases,
  ...failureCases,
];

/** Runs one case, then removes its objects. */
export async function runCase({ run }: SuiteCase, target: SuiteTarget): Promise<void> {
  const place = new Place(target);
  try {
    await run(place);
  } finally {
    await place.clear();
  }
}

/** Runs all cases. Returns the failures. */
export async function runSuite(target: SuiteTarget): Promise<string[]> {
  const failures: string[] = [];
  const client = new SuiteClient(target.socket);
  await client.call('POST', `/images/create?fromImage=${encodeURIComponent(target.image)}`);
  for (const each of suiteCases) {
    await runCase(each, target).catch((error) => {
      failures.push(`${each.name}: ${error instanceof Error ? error.message : error}`);
    });
  }
  return failures;
}
