import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ResultsFile, type SeedResult } from './results-file.ts';
import { summarise } from './summary.ts';

const same: SeedResult = { seed: 1, outcome: 'same', reasons: [], aspects: [], fails: false };
const differs: SeedResult = { ...same, seed: 2, outcome: 'different', aspects: ['files'] };

test('a later run knows the results, and the newest result of a seed counts', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'results-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'results');
  const first = await ResultsFile.open(path);
  for (const result of [same, differs, { ...differs, aspects: [], outcome: 'same' as const }]) {
    await first.add(result);
  }
  await appendFile(path, '{"seed":3,"outc');

  const later = await ResultsFile.open(path);
  expect(later.get(1)).toEqual(same);
  expect(later.get(2)?.outcome).toBe('same');
  expect(later.get(3)).toBeUndefined();
});

test('the summary counts outcomes and reasons, and names the seeds that differ', () => {
  const explained: SeedResult = { ...same, seed: 3, outcome: 'reason', reasons: ['newer'] };
  expect(summarise([same, differs, explained, { ...differs, seed: 9, fails: true }])).toEqual([
    '1 Dockerfiles: newer',
    'differs in files: seeds 2 9',
    '4 Dockerfiles: 1 with the same result, 1 with a reason, 2 differ; 1 fail to build with Docker',
  ]);
});
