import { parseArgs } from 'node:util';
import { keepInput } from './corpus.ts';
import { runTarget } from './run-target.ts';
import { targetNames } from './targets.ts';
import { mebibytes } from './try-input.ts';

/**
 * `npm run fuzz [-- OPTIONS]` gives the readers of strangers' input random inputs. Each must end in a
 * result or a typed error, within 100 ms of the processor and 64 MiB of memory. An input depends only
 * on `--seed` and its number. `--cases N` is for each target, `--target NAME` chooses targets, and
 * `--minutes N` ends each target early. Inputs that fail become files of `corpus/`, which every run
 * repeats.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    cases: { type: 'string', default: '2000' },
    target: { type: 'string', multiple: true, default: [...targetNames] },
    minutes: { type: 'string', default: 'Infinity' },
  },
});
const start = Date.now();
const [seed, cases] = [Number(values.seed), Number(values.cases)];
const unknown = values.target.filter((name) => !targetNames.includes(name));
if (unknown.length > 0) {
  console.error(`Unknown targets: ${unknown.join(', ')}. Known are: ${targetNames.join(', ')}.`);
  process.exit(1);
}

let total = 0;
let failed = 0;
for (const name of values.target) {
  const until = Date.now() + Number(values.minutes) * 60_000;
  const summary = await runTarget(name, { seed, cases, until });
  const { accepted, refused, slowest, bytes, failures } = summary;
  total += summary.cases;
  failed += summary.failed;
  console.log(
    `${name}: ${summary.cases} cases, ${accepted} accepted, ${refused} refused, ${summary.failed} failed; at most ${Math.round(slowest)} ms and ${mebibytes(bytes)} MiB`,
  );
  for (const { label, message, input } of failures) {
    const kept = input && keepInput(name, Buffer.from(input));
    console.log(
      `  --seed ${seed} --target ${name}, ${label}: ${message}${kept ? `\n    kept as ${kept}` : ''}`,
    );
  }
}
const seconds = Math.round((Date.now() - start) / 1000);
console.log(
  `fuzz: ${total} cases of ${values.target.length} targets with seed ${seed}: ${failed} failed, in ${seconds} s`,
);
process.exitCode = failed > 0 ? 1 : 0;
