import { parseArgs } from 'node:util';
import { measure } from './measure.ts';
import { workloadNames } from './workloads.ts';

/**
 * The program that works in two folders, on this system or in a container:
 * `--directory A --beside B [--scale N] [--rounds N] [WORKLOAD...]`. Prints a line of JSON for each step.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    directory: { type: 'string' },
    beside: { type: 'string' },
    scale: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '1' },
  },
});
const { directory, beside } = values;
if (directory === undefined || beside === undefined) {
  console.error('workloads: needs --directory and --beside');
  process.exit(2);
}
const names = workloadNames.filter(
  (name) => positionals.length === 0 || positionals.includes(name),
);
const [scale, rounds] = [Number(values.scale), Number(values.rounds)];
for (const name of names) {
  for (const step of measure(name, { directory, beside, scale, rounds })) {
    console.log(JSON.stringify(step));
  }
}
