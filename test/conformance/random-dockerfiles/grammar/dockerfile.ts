import { Random } from '../../../fixtures/random.ts';
import type { ContextFile, RandomBuild } from '../random-build.ts';
import { contextFiles } from './context-files.ts';
import { copy } from './copy.ts';
import { argument, metadata } from './metadata.ts';
import { mistake } from './mistake.ts';
import { secret } from './mounts.ts';
import { run } from './run.ts';
import type { KnownStage, Scope } from './scope.ts';
import { value, variable } from './values.ts';

/** Seeds up to this one keep the Dockerfiles that they had before there were more mounts. */
const LAST_WITHOUT_MOUNTS = 1000;

/** The Dockerfile of a seed, with its context and flags. */
export function randomBuild(seed: number): RandomBuild {
  const random = new Random(seed);
  const hasMounts = seed > LAST_WITHOUT_MOUNTS;
  const files = keptFiles(random);
  const instructions: string[] = [];
  if (random.chance(0.1)) instructions.push('# A comment at the top');
  const hasBase = random.chance(0.2);
  if (hasBase) instructions.push('ARG BASE=box');
  const nothing = { random, files, stages: [], hasShell: false, hasMounts, made: [] };
  if (random.chance(0.2)) instructions.push(argument(nothing));
  const stages: KnownStage[] = [];
  const count = random.weighted([
    [5, 1],
    [4, 2],
    [2, 3],
    [1, 5],
  ]);
  for (let index = 0; index < count; index += 1) {
    const stage = randomStage({ random, files, stages, hasMounts }, hasBase);
    instructions.push(...stage.instructions);
    stages.push(stage.known);
  }
  const scope: Scope = { random, files, stages, hasShell: true, hasMounts, made: [] };
  if (random.chance(0.25)) {
    const place = random.integer(instructions.length > 1 ? 1 : 0, instructions.length);
    instructions.splice(place, 0, mistake(scope));
  }
  return {
    instructions: instructions.map((each) => respelled(random, each)),
    files,
    ignored: random.chance(0.3) ? ignoreFile(random) : [],
    flags: [...buildFlags(random, stages), ...(hasMounts ? secretFlags(random) : [])],
    changed: random.chance(0.5) ? random.pickFrom(files.filter(isFile))?.path : undefined,
  };
}

const isFile = ({ type }: ContextFile) => type === 'file';

/** Most files, but never one without its directory. */
function keptFiles(random: Random): ContextFile[] {
  const kept: ContextFile[] = [];
  for (const file of contextFiles()) {
    const place = file.path.lastIndexOf('/');
    const parent = place < 0 ? undefined : file.path.slice(0, place);
    const hasParent = parent === undefined || kept.some(({ path }) => path === parent);
    const hasTarget = file.type !== 'hard link' || kept.some(({ path }) => path === file.target);
    if (hasParent && hasTarget && random.chance(0.85)) kept.push(file);
  }
  return kept;
}

function randomStage(
  { random, files, stages, hasMounts }: Pick<Scope, 'random' | 'files' | 'stages' | 'hasMounts'>,
  hasBase: boolean,
): { instructions: string[]; known: KnownStage } {
  const parent = random.chance(0.35) ? random.pickFrom(stages) : undefined;
  const image = random.weighted([
    [8, 'box'],
    [2, 'fancy'],
    [2, 'scratch'],
    [hasBase ? 4 : 0, random.pick(['$BASE', '${BASE}', '${BASE:-fancy}'])],
  ]);
  const hasShell = parent?.hasShell ?? image !== 'scratch';
  const prefix = random.weighted([
    [6, 's'],
    [6, 'build_'],
    [1, 'Stage-'],
  ] as const);
  const name = `${prefix}${stages.length}`;
  const platform = random.chance(0.08)
    ? `--platform=${random.pick(['$BUILDPLATFORM', 'linux/amd64', '$TARGETPLATFORM'])} `
    : '';
  const made = [...(parent?.made ?? [])];
  const scope: Scope = { random, files, stages, hasShell, hasMounts, made };
  const from = `FROM ${platform}${parent?.name ?? image} ${random.pick(['AS', 'as', 'As'])} ${name}`;
  const instructions = random.times(0, 7, () =>
    random.weighted([
      [4, copy],
      [hasShell ? 5 : 0, run],
      [6, metadata],
    ])(scope),
  );
  return { instructions: [from, ...instructions], known: { name, hasShell, made } };
}

/** Other letters, spaces and comments, which must not matter. */
function respelled(random: Random, instruction: string): string {
  if (instruction.startsWith('#')) return instruction;
  let result = instruction;
  if (random.chance(0.08)) result = result.replace(/^\S+/, (keyword) => keyword.toLowerCase());
  if (random.chance(0.05)) result = `  ${result}`;
  if (random.chance(0.05)) result = `# comment\n${result}`;
  if (random.chance(0.05)) result = `\n${result}`;
  return result;
}

function ignoreFile(random: Random): string[] {
  const lines = [
    ...[
      '*.md',
      'dir',
      '!dir/one.txt',
      '**/*.txt',
      '!a.txt',
      'dir/sub',
      'bare',
      '/a.txt',
      './b.txt',
    ],
    ...[
      '# comment',
      '',
      '*',
      '!*.txt',
      '!dir',
      'dir/*',
      '?.txt',
      '[ab].txt',
      '**',
      '!run.sh',
      'secret/',
    ],
    ...[
      '**/deep',
      '!dir/sub/deep/four',
      '.hidden',
      'link',
      'Dockerfile',
      '.dockerignore',
      ' c.md ',
    ],
  ];
  return random.times(1, 4, () => random.pickFrom(lines) ?? '');
}

function secretFlags(random: Random): string[] {
  return random.chance(0.8) ? [`--secret=id=${secret.id},env=${secret.variable}`] : [];
}

function buildFlags(random: Random, stages: readonly KnownStage[]): string[] {
  const flags = [];
  if (random.chance(0.3)) flags.push(`--build-arg=${variable(random)}=given value`);
  if (random.chance(0.1)) flags.push(`--build-arg=${variable(random)}=${value(random)}`);
  if (random.chance(0.1)) flags.push('--label=from=flag');
  if (random.chance(0.15)) flags.push(`--target=${random.pickFrom(stages)?.name ?? '0'}`);
  if (random.chance(0.05)) flags.push(`--target=${random.integer(0, stages.length)}`);
  if (random.chance(0.05)) flags.push('--no-cache');
  if (random.chance(0.05)) flags.push('--build-arg=BASE=fancy');
  return flags;
}
