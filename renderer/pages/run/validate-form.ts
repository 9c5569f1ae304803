import { isName } from '../../../guest-agent/grammar/name.ts';
import { splitWords } from '../../../guest-agent/grammar/shell-words.ts';
import { isHostPath } from '../../../guest-agent/grammar/volume.ts';
import { isPort, type MountRow, type PortRow, type RunForm, type VariableRow } from './run-form.ts';

/** Problems by the path of the field: `ports.0.host`. */
export type FieldErrors = Readonly<Record<string, string>>;

/** Checks what the engine would refuse anyway, before Berth pulls or creates anything. */
export function validateForm(form: RunForm): FieldErrors {
  return Object.fromEntries([
    ...when(form.name !== '' && !isName(form.name), [
      'name',
      'Use two or more characters: letters, digits, dots, dashes or underscores. Begin with a letter or digit.',
    ]),
    ...when(splitWords(form.command) === undefined, [
      'command',
      "A quote isn't closed, or a backslash is the last character.",
    ]),
    ...when(form.workdir !== '' && !form.workdir.startsWith('/'), [
      'workdir',
      'Use an absolute path in the container, beginning with /.',
    ]),
    ...form.ports.flatMap((row, index) => portErrors(row, index, form.ports)),
    ...form.mounts.flatMap((row, index) => mountErrors(row, index, form.mounts)),
    ...form.env.flatMap((row, index) => nameErrors('env', row, index)),
    ...form.labels.flatMap((row, index) => nameErrors('labels', row, index)),
    ...NUMBERS.flatMap(([field, least, whole]) => numberErrors(form, field, least, whole)),
    ...when(form.autoRemove && form.restart !== 'no', [
      'restart',
      "A container that is removed when it exits can't restart. Clear “Remove when it exits”, or set the restart policy to “Never”.",
    ]),
  ]);
}

type Problem = readonly [path: string, message: string];

const when = (wrong: boolean, problem: Problem): Problem[] => (wrong ? [problem] : []);

function portErrors(row: PortRow, index: number, rows: readonly PortRow[]): Problem[] {
  const { host, container, protocol } = row;
  if (host === '' && container === '') return [];
  const first = rows.findIndex((other) => other.host === host && other.protocol === protocol);
  return [
    ...when(!isPort(container), [`ports.${index}.container`, 'Use a port from 1 to 65535.']),
    ...when(host !== '' && !isPort(host), [`ports.${index}.host`, 'Use a port from 1 to 65535.']),
    ...when(isPort(host) && first < index, [
      `ports.${index}.host`,
      'Another row already uses this port.',
    ]),
  ];
}

const ABSOLUTE = /^(\/|[a-zA-Z]:[\\/]|\\\\)/;

function mountErrors(row: MountRow, index: number, rows: readonly MountRow[]): Problem[] {
  const { source, target } = row;
  if (source === '' && target === '') return [];
  const isFolder = isHostPath(source);
  const first = rows.findIndex((other) => other.target === target);
  return [
    ...when(isFolder && !ABSOLUTE.test(source), [
      `mounts.${index}.source`,
      'Use the absolute path of the folder.',
    ]),
    ...when(source !== '' && !isFolder && !isName(source), [
      `mounts.${index}.source`,
      'Use two or more characters: letters, digits, dots, dashes or underscores.',
    ]),
    ...when(!target.startsWith('/') || target.includes(':'), [
      `mounts.${index}.target`,
      'Use an absolute path without a colon, beginning with /.',
    ]),
    ...when(target !== '' && first < index, [
      `mounts.${index}.target`,
      'Another row already uses this path.',
    ]),
  ];
}

function nameErrors(list: 'env' | 'labels', row: VariableRow, index: number): Problem[] {
  const { name, value } = row;
  if (name === '' && value === '') return [];
  return when(name.trim() === '' || /[=\s]/.test(name.trim()), [
    `${list}.${index}.name`,
    'Enter a name without spaces or “=”.',
  ]);
}

type NumberField =
  | 'memory'
  | 'cpus'
  | 'pids'
  | 'diskRead'
  | 'diskWrite'
  | 'networkOut'
  | 'networkIn'
  | 'restartCount';

const NUMBERS: readonly (readonly [field: NumberField, least: number, whole: boolean])[] = [
  ['memory', 6, false],
  ['cpus', 0.01, false],
  ['pids', 1, true],
  ['diskRead', 0.001, false],
  ['diskWrite', 0.001, false],
  ['networkOut', 0.008, false],
  ['networkIn', 0.008, false],
  ['restartCount', 0, true],
];

function numberErrors(form: RunForm, field: NumberField, least: number, whole: boolean): Problem[] {
  const text = form[field].trim();
  if (text === '') return [];
  const pattern = whole ? /^\d+$/ : /^\d+(\.\d+)?$/;
  const isFine = pattern.test(text) && Number(text) >= least;
  const kind = whole ? 'Enter a whole number' : 'Enter a number';
  return when(!isFine, [field, `${kind} of ${least} or more.`]);
}
