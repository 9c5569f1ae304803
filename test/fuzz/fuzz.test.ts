import { expect, test } from 'vitest';
import { runTarget } from './run-target.ts';
import { targetNames } from './targets.ts';

/** Enough to see that a target works. `npm run fuzz` looks for more. */
const CASES = 25;
/** Other tests use the processor too. What isn't linear takes much longer. */
const SLACK = 4;

// Linux says how much memory a case took.
test.skipIf(process.platform !== 'linux').each(targetNames)(
  '%s: inputs that once failed, and a few new ones, end in a result or a typed error',
  async (name) => {
    const { cases, failures } = await runTarget(name, { seed: 1, cases: CASES, slack: SLACK });
    expect(failures.map(({ label, message }) => `${label}: ${message}`)).toEqual([]);
    expect(cases).toBeGreaterThanOrEqual(CASES);
  },
);
