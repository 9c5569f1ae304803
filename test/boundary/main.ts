import { parseArgs } from 'node:util';
import { browserGroup } from './browser/run.ts';
import { containerGroup } from './containers/run.ts';
import type { ProbeGroup } from './report.ts';
import { userGroup } from './users/run.ts';

/**
 * `npm run boundary [-- [--quick] [--list] [GROUP...]]` (as root) tries to cross Berth's boundaries: from
 * containers, from web pages, and as another user of the host. Runs the engine on this host, without a VM, and
 * Docker's engine beside it, whose containers must be confined in the same way. `--quick` leaves Docker's engine
 * out. `--list` prints each probe with its result.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const groups: readonly ProbeGroup[] = [containerGroup, browserGroup, userGroup];
const unknown = positionals.filter((name) => !groups.some((group) => group.name === name));
if (unknown.length > 0) {
  const names = groups.map(({ name }) => name).join(', ');
  console.error(`boundary: unknown group ${unknown.join(', ')}. Choose from: ${names}`);
  process.exit(2);
}
const counts: string[] = [];
let failed = 0;
for (const group of groups) {
  if (positionals.length > 0 && !positionals.includes(group.name)) continue;
  const findings = await group.run(values);
  counts.push(group.count(findings.length));
  for (const { name, wrong, note } of findings) {
    if (wrong.length > 0) failed++;
    if (wrong.length > 0 || values.list) {
      const result = wrong.length > 0 ? 'FAILED' : 'held';
      console.log(
        [`${group.name}: ${name}: ${result}`, ...(note ? [note] : []), ...wrong].join('\n  '),
      );
    }
  }
}
console.log(`boundary: ${counts.join(', ')}: ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
