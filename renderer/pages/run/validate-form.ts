import { isName } from '../../../guest-agent/grammar/name.ts';
import { splitWords } from '../../../guest-agent/grammar/shell-words.ts';
import { isHostPath } from '../../../guest-agent/grammar/volume.ts';
import { isPort, type MountRow, type PortRow, type RunForm, type VariableRow } from './run-form.ts';

/** What is wrong, by the path of the field: `ports.0.host`. */
export type FieldErrors = Readonly<Record<string, string>>;

/** Checks what the engine would refuse anyway, before anything is pulled or made. */
export function validateForm(form: RunForm): FieldErrors {
  return Object.fromEntries([
    ...when(form.name !== '' && !isName(form.name), [
      'name',
      'Two or more letters, digits, dots, dashes and underscores; a letter or digit first.',
    ]),
    ...when(splitWords(form.command) === undefined, [
      'command',
      'A quote is not closed, or a backslash is the last character.',
    ]),
    ...when(form.workdir !== '' && !form.workdir.startsWith('/'), [
      'workdir',
      'A path in the container begins with /.',
    ]),
    ...form.ports.flatMap((row, index) => portErrors(row, index, form.ports)),
    ...form.mounts.flatMap((row, index) => mountErrors(row, index, form.mounts)),
    ...form.env.flatMap((row, index) => nameErrors('env', row, index)),
    ...form.labels.flatMap((row, index) => nameErrors('labels', row, index)),
    ...NUMBERS.flatMap(([field, least, whole]) => numberErrors(form, field, least, whole)),
    ...when(form.autoRemove && form.restart !== 'no', [
      'restart',
      'A container that is removed when it ends cannot be started again.',
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
    ...when(!isPort(container), [`ports.${index}.container`, 'A port is from 1 to 65535.']),
    ...when(host !== '' && !isPort(host), [`ports.${index}.host`, 'A port is from 1 to 65535.']),
    ...when(isPort(host) && first < index, [`ports.${index}.host`, 'It is in another row too.']),
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
      'The whole path of the folder is needed.',
    ]),
    ...when(source !== '' && !isFolder && !isName(source), [
      `mounts.${index}.source`,
      'Two or more letters, digits, dots, dashes and underscores.',
    ]),
    ...when(!target.startsWith('/') || target.includes(':'), [
      `mounts.${index}.target`,
      'A path in the container begins with /, and has no colon.',
    ]),
    ...when(target !== '' && first < index, [
      `mounts.${index}.target`,
      'It is in another row too.',
    ]),
  ];
}

function nameErrors(list: 'env' | 'labels', row: VariableRow, index: number): Problem[] {
  const { name, value } = row;
  if (name === '' && value === '') return [];
  return when(name.trim() === '' || /[=\s]/.test(name.trim()), [
    `${list}.${index}.name`,
    'A name without spaces and = is needed.',
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
  const kind = whole ? 'A whole number' : 'A number';
  return when(!isFine, [field, `${kind}, ${least} or more.`]);
}
