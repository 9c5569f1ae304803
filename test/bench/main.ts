import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchBuilds } from './builds.ts';
import { benchBundles } from './bundles.ts';
import { benchCli } from './cli.ts';
import { benchEngines } from './engines/engines.ts';
import type { Figure } from './figure.ts';
import { benchFiles } from './files.ts';
import { benchLogs } from './logs.ts';
import { BenchMachine } from './machine.ts';
import { benchMemory } from './memory.ts';
import { benchPorts } from './ports.ts';
import { benchScreen } from './screen.ts';
import { benchSuspend } from './suspend.ts';

/**
 * `npm run bench [-- NAME...]` measures, prints the figures, and saves them in `dist/bench.json`.
 * Absolute figures describe only this host. Ratios to a peer, measured in the same run, describe
 * Berth.
 *
 * For `files`: `--directory A --beside B` measures in two folders of this system, without a VM.
 * `--workload NAME` chooses what is done there, and can be repeated. `--scale 0.1` does a tenth of it,
 * and `--rounds N` repeats it and prints the shortest times.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    directory: { type: 'string' },
    beside: { type: 'string' },
    workload: { type: 'string', multiple: true, default: [] },
    scale: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '1' },
  },
});

const BENCHMARKS: Readonly<Record<string, (machine: BenchMachine) => Promise<Figure[]>>> = {
  bundles: benchBundles,
  cli: benchCli,
  builds: benchBuilds,
  engines: benchEngines,
  screen: benchScreen,
  logs: benchLogs,
  files: (machine) => benchFiles(machine, values),
  memory: benchMemory,
  ports: benchPorts,
  suspend: benchSuspend,
};

const wanted = positionals.length > 0 ? positionals : Object.keys(BENCHMARKS);
const unknown = wanted.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(
    `bench: unknown name ${unknown.join(', ')}. Choose from: ${Object.keys(BENCHMARKS).join(', ')}`,
  );
  process.exit(2);
}

const machine = new BenchMachine();
const figures: Record<string, Figure[]> = {};
try {
  for (const name of wanted) {
    console.log(`\n${name}`);
    figures[name] = (await BENCHMARKS[name]?.(machine)) ?? [];
    for (const figure of figures[name]) console.log(`  ${lineOf(figure)}`);
  }
} finally {
  await machine.close();
}
const directory = join(import.meta.dirname, '../../dist');
await mkdir(directory, { recursive: true });
const computer = { processor: cpus()[0]?.model, processors: cpus().length };
const report = { at: new Date().toISOString(), computer, figures };
await writeFile(join(directory, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);

function lineOf({ name, value, unit, peer, others = [] }: Figure): string {
  const line = `${name.padEnd(64)} ${format(value).padStart(10)} ${unit.padEnd(6)}`;
  if (!peer) return line;
  const peers = [peer, ...others].map((each) => `${each.name}: ${format(each.value)} ${unit}`);
  return `${line} ${peers.join(', ')}, ratio ${format(value / peer.value)}`;
}

function format(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 4, useGrouping: false });
}
