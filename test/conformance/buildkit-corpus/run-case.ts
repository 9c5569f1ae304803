import { execFile, spawn } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { outcomeOf } from '../../fixtures/outcome.ts';
import type { Case } from './case.ts';

/** Where cases run: the environment of one engine, and a directory for contexts. */
export interface Place {
  readonly environment: NodeJS.ProcessEnv;
  readonly directory: string;
}

/** A case takes seconds. A case that hangs is stopped and fails. */
const TIMEOUT_MS = 90_000;

const lintSchema = z.object({
  warnings: z
    .array(
      z.object({
        ruleName: z.string(),
        location: z.object({
          ranges: z.array(z.object({ start: z.object({ line: z.number() }) })),
        }),
      }),
    )
    .nullable(),
  buildError: z.object({ message: z.string() }).optional(),
});

/** Runs a case. Returns why it fails, or undefined. */
export async function runCase(
  { dockerfile, files = {}, flags = '', ...rest }: Case,
  { environment, directory }: Place,
): Promise<string | undefined> {
  const context = await mkdtemp(join(directory, 'case-'));
  for (const [name, content] of Object.entries({ Dockerfile: dockerfile, ...files })) {
    await mkdir(dirname(join(context, name)), { recursive: true });
    await writeFile(join(context, name), content);
  }
  const image = `corpus:${context.slice(-6).toLowerCase()}`;
  const sh = (script: string) => runScript(script, context, { ...environment, IMAGE: image });
  if (rest.before !== undefined) {
    const { exitCode, stderr } = await sh(rest.before);
    if (exitCode !== 0) return `its preparation fails: ${stderr}`;
  }
  if (rest.warns !== undefined) return compareWarnings(rest.warns, await sh(lintCommand(flags)));
  if (rest.run !== undefined) return comparePrinted(rest.prints, await sh(rest.run));
  const output = rest.out !== undefined ? '-o out' : `-t ${image}`;
  const build = await sh(`docker build --progress plain ${output} ${flags} .`);
  if (rest.fails !== undefined) return compareFailure([rest.fails].flat(), build);
  if (build.exitCode !== 0) return `the build fails: ${lastLines(build.stderr)}`;
  for (const [name, content] of Object.entries(rest.out ?? {})) {
    const problem = await compareFile(join(context, 'out', name), content);
    if (problem !== undefined) return `${name} ${problem}`;
  }
  if (rest.after === undefined) return undefined;
  return comparePrinted(rest.prints, await sh(rest.after));
}

const lintCommand = (flags: string) =>
  `docker build --call check,format=json ${flags} . 2>/dev/null`;

async function runScript(script: string, cwd: string, env: NodeJS.ProcessEnv) {
  const child = spawn('sh', ['-c', script], { cwd, env, detached: true });
  const stop = () => execFile('pkill', ['-KILL', '--session', String(child.pid)]);
  const timer = setTimeout(stop, TIMEOUT_MS);
  const outcome = await outcomeOf(child, '');
  clearTimeout(timer);
  return outcome;
}

type Outcome = Awaited<ReturnType<typeof runScript>>;

function comparePrinted(expected: string | undefined, { stdout, stderr }: Outcome) {
  if (expected === undefined || stdout === expected) return undefined;
  return `it prints ${JSON.stringify(stdout)}, not ${JSON.stringify(expected)} ${lastLines(stderr)}`;
}

function compareFailure(texts: readonly string[], { exitCode, stderr }: Outcome) {
  if (exitCode === 0) return 'the build succeeds';
  const missing = texts.find((text) => !stderr.includes(text));
  return missing === undefined ? undefined : `no ${missing}: ${lastLines(stderr)}`;
}

function compareWarnings(expected: readonly string[], { stdout }: Outcome) {
  const end = stdout.lastIndexOf('\n}');
  const parsed = lintSchema.safeParse(JSON.parse(end === -1 ? 'null' : stdout.slice(0, end + 2)));
  if (!parsed.success) return `no answer: ${stdout.slice(0, 200)}`;
  const { warnings, buildError } = parsed.data;
  const found = (warnings ?? []).map(
    ({ ruleName, location }) => `${location.ranges[0]?.start.line} ${ruleName}`,
  );
  if (buildError !== undefined) found.push(`error ${buildError.message}`);
  const text = JSON.stringify(found.toSorted());
  const wanted = JSON.stringify(expected.toSorted());
  return text === wanted ? undefined : `it warns ${text}, not ${wanted}`;
}

async function compareFile(path: string, expected: string | null): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (expected === null) return found === undefined ? undefined : 'is there';
  if (found === undefined) return 'is missing';
  const content = await readFile(path, 'utf8');
  return content === expected ? undefined : `is ${JSON.stringify(content)}`;
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ').slice(-400);
}
