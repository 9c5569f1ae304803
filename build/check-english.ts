import { join } from 'node:path';
import { checkRoot } from './english/check.ts';

/**
 * Reports phrases that our rules ban. `npm run lint` checks the roots below.
 * `node build/check-english.ts PATH...` checks other files and folders. `--count` prints only the
 * number of phrases in each root.
 */
const checked = [
  'docs',
  'README.md',
  'CONTRIBUTING.md',
  'build',
  'vm-image',
  'electron/host',
  'electron/web',
  'electron/api',
  'electron/cli',
  'electron/main',
  'electron/preload',
  'renderer',
  'guest-agent',
  'test',
];

const directory = join(import.meta.dirname, '..');
const countOnly = process.argv.includes('--count');
const paths = process.argv.slice(2).filter((word) => !word.startsWith('--'));
if (paths.length === 0) paths.push(...checked);

let total = 0;
for (const path of paths) {
  const root = path.replace(/^\.\/|\/$/g, '');
  const findings = checkRoot(directory, root);
  total += findings.length;
  if (countOnly) console.log(`${findings.length}\t${root}`);
  else {
    for (const { file, finding } of findings) {
      console.log(`${file}:${finding.line}: "${finding.found}". Write ${finding.instead}.`);
    }
  }
}
if (total > 0 && !countOnly) {
  console.error(`check-english: ${total} phrases to rewrite`);
  process.exitCode = 1;
}
