import { parseArgs } from 'node:util';
import { archiveCases } from './archives/run.ts';
import { cveCases } from './cves/run.ts';
import type { Group } from './engine/group.ts';
import { LIMITS } from './engine/limits.ts';
import { type HostileEngine, startHostileEngine } from './engine/start.ts';
import { imageCases } from './images/run.ts';
import { registryCases } from './registries/run.ts';

/**
 * `npm run hostile [-- [--quick] [--only WORDS] [GROUP...]]` gives the engine what strangers could give it, and
 * checks that it refuses or contains each, in words that a user understands, without hanging, growing,
 * writing anywhere else or leaving anything behind. Runs the engine on this host, without a VM (root only).
 * `--quick` takes a small part of each group. `--only` takes the cases whose name matches a pattern.
 * `--slack N` lets each sign of life take N times as long, for hosts that other programs keep busy.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    slack: { type: 'string', default: '1' },
  },
});
const groups: readonly Group[] = [archiveCases, imageCases, registryCases, cveCases];
const unknown = positionals.filter((name) => !groups.some((group) => group.name === name));
if (unknown.length > 0) {
  const names = groups.map(({ name }) => name).join(', ');
  console.error(`hostile: unknown group ${unknown.join(', ')}. Choose from: ${names}`);
  process.exit(2);
}
const chosen = groups.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const only = new RegExp(values.only);
const slack = Number(values.slack);
const engine = await startHostileEngine(slack);
const counts: string[] = [];
let failed = 0;
try {
  for (const group of chosen) counts.push(await runGroup(group, engine));
} finally {
  const { pings, p99, longest } = engine.vitals.summary();
  await engine.stop();
  if (p99 > LIMITS.p99Ms * slack) failed++;
  console.log(
    `hostile: ${counts.join(', ')}: ${failed} failed; of ${pings} pings, 99 % within ${p99.toFixed()} ms, the longest ${longest.toFixed()} ms`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Prints what fails. Returns the group's count. */
async function runGroup(group: Group, on: HostileEngine): Promise<string> {
  const { name, cases, quick, count } = group;
  const part = cases.filter((each, at) => {
    return only.test(each.name) && (!values.quick || (at % quick === 0 && !each.isSlow));
  });
  const atOnce = group.atOnce ?? 1;
  for (let at = 0; at < part.length; at += atOnce) {
    await Promise.all(
      part.slice(at, at + atOnce).map(async (each) => {
        const wrong = await each.run(on).catch((error: Error) => [error.stack ?? error.message]);
        report(`${name}: ${each.name}`, wrong);
      }),
    );
    report(`${name}: the engine after ${part[at]?.name}`, await on.health());
  }
  return count(part.length);
}

function report(what: string, wrong: readonly string[]): void {
  if (wrong.length === 0) return;
  failed++;
  console.log(`${what}:\n  ${wrong.join('\n  ')}`);
}
