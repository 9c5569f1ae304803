import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { folderPrograms } from './programs.ts';

const LONGEST_MS = 10 * 60_000;
/** Where Debian has PostgreSQL's own programs. */
const SEARCH = 'PATH=$PATH:$(echo /usr/lib/postgresql/*/bin)';

/**
 * `programs --directory D` runs programs that ask much of a file system in a folder. `--only TEXT` chooses
 * programs. A program that isn't installed is skipped.
 */
export async function programsCommand(words: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...words],
    options: { directory: { type: 'string' }, only: { type: 'string', default: '' } },
  });
  if (values.directory === undefined) throw new Error('programs needs --directory');
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, { needs, script }] of Object.entries(folderPrograms)) {
    if (!name.includes(values.only)) continue;
    const missing = await missingOf(needs);
    if (missing.length > 0) {
      counts.skipped++;
      console.log(`skipped  ${name}: needs ${missing.join(', ')}`);
      continue;
    }
    const folder = await mkdtemp(join(values.directory, 'programs-'));
    const start = performance.now();
    try {
      // Other users need a way to their folders.
      const whole = `set -e; chmod 755 .; ${SEARCH}\n${script}`;
      await run('sh', ['-c', whole], { cwd: folder, timeout: LONGEST_MS });
      counts.passed++;
      console.log(`ok       ${name}, ${Math.round(performance.now() - start)} ms`);
    } catch (error) {
      counts.failed++;
      const { stderr = '', code } = error as { stderr?: string; code?: unknown };
      const words = stderr.trim().split('\n').slice(-3).join('\n           ');
      console.log(`failed   ${name}: ${words || `the script ended with ${code}`}`);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }
  const { passed, failed, skipped } = counts;
  console.log(`programs: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  return passed > 0 && failed === 0;
}

const run = promisify(execFile);

async function missingOf(needs: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    needs.map((need) =>
      run('sh', ['-c', `${SEARCH}; command -v ${need}`]).then(
        () => true,
        () => false,
      ),
    ),
  );
  return needs.filter((_, index) => !found[index]);
}
