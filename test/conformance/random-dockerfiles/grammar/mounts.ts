import type { Random } from '../../../fixtures/random.ts';
import type { Scope } from './scope.ts';

/** The secret that the client has, and the variable of the client's environment with its value. */
export const secret = { id: 'token', variable: 'RANDOM_SECRET', value: 'a secret value' } as const;

/** `RUN` with mounts of all types. Its command notes what it finds at their targets. */
export function mounts(scope: Scope): string {
  const { random } = scope;
  const makers = [bind, context, cache, cache, tmpfs, secretMount] as const;
  const made = random.times(1, 3, () => random.pick(makers)(scope));
  const noted = [
    'stat -c "%n %a %u:%g %F" /bound /context /cache /scratch /run/secrets/* /given 2>/dev/null',
    'cat /bound/one.txt /context/a.txt /run/secrets/* /given 2>/dev/null',
    'env | grep -i token',
    'for d in /bound /context /cache /scratch; do touch $d/new 2>/dev/null && echo "$d is writable"; done',
  ];
  const commands = random.some(noted, 0.7);
  const user = random.chance(0.15) ? `USER ${random.pick(['1:2', 'daemon'])}\n` : '';
  const flags = made.map((mount) => `--mount=${mount}`).join(' ');
  const output = random.chance(0.5) ? ' >/noted' : '';
  return `${user}RUN ${flags} { ${[...commands, ':'].join('; ')}; }${output} || true`;
}

function bind({ random, stages }: Scope): string {
  const stage = random.pickFrom(stages);
  if (stage === undefined) return `type=bind,from=box,source=/etc,target=/bound${writing(random)}`;
  const source = random.pickFrom(stage.made) ?? '/';
  return `type=bind,from=${stage.name},source=${source},target=/bound${writing(random)}`;
}

function context({ random }: Scope): string {
  const source = random.pick(['', ',source=dir', ',src=a.txt', ',source=dir/sub', ',source=bare']);
  const target = random.pick(['target=/context', 'dst=/context', 'destination=context']);
  return `type=bind${source},${target}${writing(random)}`;
}

function writing(random: Random): string {
  return random.pick(['', '', ',rw', ',readonly', ',ro=false', ',readwrite=false']);
}

function cache({ random, stages }: Scope): string {
  const parts = [
    ...random.some([`id=c${random.integer(0, 5)}`], 0.6),
    ...random.some([`sharing=${random.pick(['shared', 'private', 'locked'])}`], 0.5),
    ...random.some([`mode=${random.pick(['0700', '1777', '755'])}`], 0.4),
    ...random.some(['uid=1', 'gid=2'], 0.3),
    ...random.some(['readonly'], 0.1),
  ];
  const stage = random.chance(0.15) ? random.pickFrom(stages)?.name : undefined;
  if (stage !== undefined) parts.push(`from=${stage}`);
  return ['type=cache', 'target=/cache', ...parts].join(',');
}

function tmpfs({ random }: Scope): string {
  return `type=tmpfs,target=/scratch${random.pick(['', ',size=1m', ',size=65536'])}`;
}

function secretMount({ random }: Scope): string {
  const id = random.pick([secret.id, secret.id, secret.id, 'nosuch']);
  const parts = [
    ...random.some([random.pick(['target=/given', 'dst=/run/secrets/other'])], 0.4),
    ...random.some([random.pick(['env=TOKEN', 'env=my_token'])], 0.4),
    ...random.some([random.pick(['required', 'required=true', 'required=false'])], 0.3),
    ...random.some([`mode=${random.pick(['0444', '0600'])}`], 0.3),
    ...random.some(['uid=1', 'gid=2'], 0.2),
  ];
  return ['type=secret', `id=${id}`, ...parts].join(',');
}
