import type { Random } from '../../../fixtures/random.ts';
import { mounts } from './mounts.ts';
import type { Scope } from './scope.ts';
import { plainName, substitution, variable } from './values.ts';

/** `RUN` with commands whose result is the same each time. */
export function run(scope: Scope): string {
  const { random } = scope;
  const kind = random.weighted([
    [8, shell],
    [2, hereDocument],
    [1, executable],
    [2, mounted],
    [1, continued],
    [scope.hasMounts ? 8 : 0, mounts],
  ]);
  return kind(scope);
}

function shell(scope: Scope): string {
  return `RUN ${scope.random.times(1, 2, () => command(scope)).join(' && ')}`;
}

/** One command that succeeds, usually with a result in the file system. */
function command({ random, made }: Scope): string {
  const path = `/${random.pick(['out', 'made', 'etc'])}/${plainName(random)}`;
  const directory = path.slice(0, path.lastIndexOf('/'));
  const write = (text: string) => {
    made.push(path);
    return `mkdir -p ${directory} && { ${text}; } >${path}`;
  };
  // Never the whole root, where the kernel's files are too.
  const old = random.pickFrom(made)?.replace(/^\/$/, '/tmp');
  return random.weighted([
    [6, () => write(`echo ${text(random)}`)],
    [2, () => write('id -u; id -g; pwd')],
    [2, () => write(`env | grep "^${variable(random)}=" || true`)],
    [1, () => write('ls -A . | sort')],
    [1, () => `echo ${plainName(random)} >${plainName(random)}.rel`],
    [1, () => `mkdir -p ${path}.d/e && chmod ${random.pick(['700', '1777', '2755'])} ${path}.d`],
    [1, () => `ln -sf ${random.pick(['/etc/passwd', '../x', 'nosuch'])} /${plainName(random)}.l`],
    [1, () => 'echo h >/h1 && ln -f /h1 /h2'],
    [1, () => `mkfifo -m 640 /fifo${random.integer(0, 99)} || true`],
    [1, () => `rm -rf ${old ?? '/tmp/none'}`],
    [1, () => `chmod -R 711 ${old ?? '/tmp'} || true`],
    [1, () => `chown -R 5:6 ${old ?? '/tmp'} || true`],
    [1, () => `mv ${old ?? '/none'} /moved${random.integer(0, 9)} 2>/dev/null || true`],
    [1, () => 'rm /bin/yes 2>/dev/null; echo new >/bin/yes || true'],
    [1, () => 'rm -rf /var/www && mkdir /var/www && echo w >/var/www/w || true'],
    [1, () => `touch -d "2019-01-02 03:04:05" /old${random.integer(0, 9)} || true`],
    [1, () => random.pick(['echo to stdout', 'echo to stderr >&2'])],
    [1, () => 'printf "no newline"'],
    [1, () => ':'],
  ])();
}

function text(random: Random): string {
  return random.pick([
    ...(['plain', `$${variable(random)}`, `"\${${variable(random)}}"`, `'$A'`] as const),
    ...([
      `"a  b"`,
      '\\$A',
      `"${substitution(random).replaceAll('\\', '')}" || true`,
      '$(id -u)',
    ] as const),
  ]);
}

function hereDocument(scope: Scope): string {
  const { random } = scope;
  const first = random.pick([
    '<<EOF',
    '<<-EOF',
    '<<"EOF"',
    'sh <<EOF',
    '<<EOF cat >/heredoc',
    '<< EOF',
  ]);
  const lines = random.times(1, 3, () =>
    first.includes('cat') ? text(random) : `${random.pick(['', '\t'])}${command(scope)}`,
  );
  const interpreter = first === '<<EOF' && random.chance(0.3) ? ['#!/bin/sh -e'] : [];
  return [`RUN ${first}`, ...interpreter, ...lines, 'EOF'].join('\n');
}

function executable({ random, made }: Scope): string {
  made.push('/exec');
  return `RUN ${random.pick([
    '["sh", "-c", "echo $A >/exec"]',
    '["touch", "/exec"]',
    "[ 'sh', '-c', 'true' ]",
    '["sh", "-c", "echo \\"q\\" >/exec"]',
  ])}`;
}

function mounted(scope: Scope): string {
  const { random } = scope;
  const from = random.pickFrom(scope.stages)?.name;
  const mount = random.weighted([
    [2, 'type=cache,target=/cache'],
    [1, `type=cache,id=c${random.integer(0, 3)},target=/cache,mode=0700,uid=1`],
    [2, 'type=tmpfs,target=/scratch'],
    [3, 'type=bind,target=/context'],
    [1, 'target=/context,source=a.txt'],
    [1, 'type=bind,source=dir,target=/context,rw'],
    [1, from === undefined ? 'type=tmpfs,target=/t' : `type=bind,from=${from},target=/stage`],
    [1, 'type=bind,from=box,source=/etc/passwd,target=/pw'],
  ] as const);
  const use = random.pick([
    'ls -d /cache /scratch /context /stage 2>/dev/null | sort >/mounted || true',
    'touch /context/x 2>/dev/null; cat /context/a.txt 2>/dev/null >/mounted || true',
    'echo mounted',
    command(scope),
  ]);
  const network = random.chance(0.1) ? '--network=none ' : '';
  return `RUN --mount=${mount} ${network}${use}`;
}

/** Over several lines, with comments and empty lines between them. */
function continued(scope: Scope): string {
  const { random } = scope;
  const between = random.pick(['', '# a comment\n', '   # indented\n', '\n', ' \n']);
  return `RUN ${command(scope)} && \\\n${between}  ${command(scope)}`;
}
