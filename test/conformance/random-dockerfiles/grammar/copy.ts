import type { Random } from '../../../fixtures/random.ts';
import type { Scope } from './scope.ts';
import { plainName, substitution } from './values.ts';

const patterns = [
  ...['*.txt', '*', '?.txt', '[ab].txt', '[^a].txt', '[a-c].*', 'dir/*', 'dir/*/*', '**/*.txt'],
  ...[
    '*/',
    'd*',
    'dir/**',
    'no*pe',
    '.',
    './',
    'dir/.',
    './a.txt',
    '/a.txt',
    '/dir',
    'dir//one.txt',
  ],
  ...['dir/../a.txt', '../a.txt', '\\[x].txt', '[[]x].txt'],
] as const;

/** `COPY` and `ADD`, in all spellings. */
export function copy(scope: Scope): string {
  const { random } = scope;
  if (random.chance(0.12)) return hereDocument(random);
  const stage = random.chance(0.3) ? random.pickFrom(scope.stages) : undefined;
  const isAdd = stage === undefined && random.chance(0.3);
  const sources = random.times(1, random.chance(0.25) ? 3 : 1, () =>
    stage === undefined ? contextSource(scope) : stageSource(random, stage.made, stage.hasShell),
  );
  const target = destination(random, sources.length > 1 && random.chance(0.9));
  if (target.startsWith('/')) scope.made.push(target.replace(/\/$/, '') || '/');
  const flags = copyFlags(random);
  if (stage !== undefined) {
    const index = scope.stages.indexOf(stage);
    flags.unshift(`--from=${random.chance(0.2) ? index : stage.name}`);
  }
  const keyword = isAdd ? 'ADD' : 'COPY';
  const words = [...sources, target];
  const isList = words.some((each) => each.includes(' ')) ? random.chance(0.9) : random.chance(0.1);
  const rest = isList ? JSON.stringify(words).replaceAll(',', ', ') : words.join(' ');
  return [keyword, ...flags, rest].join(' ');
}

function contextSource({ random, files }: Scope): string {
  if (random.chance(0.4)) return random.pick(patterns);
  const path = random.pickFrom(files)?.path ?? 'a.txt';
  return random.pick([path, path, path, `${path}/`, `./${path}`, `/${path}`]);
}

function stageSource(random: Random, made: readonly string[], hasShell: boolean): string {
  const usual = hasShell ? ['/etc/passwd', '/etc', '/bin/sh', '/bin/[a-b]*', '/tmp'] : [];
  return random.pickFrom([...made, ...made, ...usual]) ?? '/';
}

function destination(random: Random, isDirectory: boolean): string {
  const name = plainName(random);
  const path = random.weighted([
    [4, `/${name}`],
    [2, name],
    [2, `/deep/${name}/${plainName(random)}`],
    [1, '.'],
    [1, './'],
    [1, '/'],
    [1, `/out/${substitution(random)}`],
    [1, `/tmp/../${name}`],
    [1, '/etc/passwd'],
    [1, '/bin'],
  ] as const);
  return isDirectory || random.chance(0.4) ? `${path.replace(/\/$/, '')}/` : path;
}

function copyFlags(random: Random): string[] {
  const flags = [];
  if (random.chance(0.2)) {
    flags.push(
      `--chown=${random.pick(['1', '1:2', 'daemon', 'www-data:users', ':33', '65534', '$A', '1:'])}`,
    );
  }
  if (random.chance(0.2)) {
    flags.push(
      `--chmod=${random.pick(['644', '0755', '4711', 'u+x', 'go-rwx', 'a=rX', 'u=rwX,go=rX', '$C', '+t'])}`,
    );
  }
  if (random.chance(0.12)) flags.push(random.pick(['--link', '--link=true', '--link=false']));
  if (random.chance(0.08)) flags.push('--parents');
  if (random.chance(0.08))
    flags.push(`--exclude=${random.pick(['*.md', 'dir/sub', '**/*.txt', '!a'])}`);
  return flags;
}

function hereDocument(random: Random): string {
  const name = plainName(random);
  const quoted = random.chance(0.3);
  const start =
    random.pick(['<<', '<<-', '<<']) + (quoted ? random.pick(['"EOF"', "'EOF'"]) : 'EOF');
  const text = random.times(0, 3, () =>
    random.pick(['plain', '\ttabbed', substitution(random), 'a "quoted" b', '# text', '  two']),
  );
  const mode = random.chance(0.2) ? '--chmod=600 ' : '';
  return [`COPY ${mode}${start} /${name}`, ...text, 'EOF'].join('\n');
}
