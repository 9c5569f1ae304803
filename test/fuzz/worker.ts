import { parentPort, workerData } from 'node:worker_threads';
import { readCorpus } from './corpus.ts';
import { inputsOf } from './make-input.ts';
import type { FoundFailure, WorkerTask } from './run-target.ts';
import { shrink } from './shrink.ts';
import { openTarget } from './targets.ts';
import { strayErrors, tryInput } from './try-input.ts';

/*
 * Runs cases of one target in a thread of its own, which can be ended when a case hangs. `progress`
 * has the number of the case that runs, and changes with each input that is tried.
 */
const { target: name, seed, first, end, until, slack, progress } = workerData as WorkerTask;

process.on('uncaughtException', (error) => strayErrors.push(error));
process.on('unhandledRejection', (error) => strayErrors.push(error));

const target = await openTarget(name);
const corpus = readCorpus(name);
const inputAt = inputsOf(
  target,
  corpus.map(({ input }) => input),
  seed,
);
const counts = { cases: 0, accepted: 0, refused: 0, failed: 0, slowest: 0, bytes: 0 };
const known = new Set<string>();
const report = (failure: FoundFailure) => parentPort?.postMessage({ failure });

const tried = (input: Buffer) => {
  Atomics.add(progress, 1, 1);
  return tryInput(target, input, { slack });
};

async function run(label: string, input: Buffer): Promise<void> {
  const outcome = await tried(input);
  counts.cases += 1;
  counts[outcome.kind] += 1;
  counts.slowest = Math.max(counts.slowest, outcome.milliseconds);
  counts.bytes = Math.max(counts.bytes, outcome.bytes);
  const { failure } = outcome;
  if (failure === undefined || known.has(failure.signature)) return;
  known.add(failure.signature);
  const smallest = await shrink(
    input,
    async (smaller) => (await tried(smaller)).failure?.signature === failure.signature,
  );
  report({ label, ...failure, input: smallest });
}

if (first === 0)
  for (const { name: file, input } of corpus) await run(`corpus/${name}/${file}`, input);
for (let index = first; index < end && Date.now() < until; index++) {
  Atomics.store(progress, 0, index);
  await run(`case ${index}`, inputAt(index));
  if (index % 1000 === 0) parentPort?.postMessage({ counts });
}
parentPort?.postMessage({ counts, done: true });
process.exit();
