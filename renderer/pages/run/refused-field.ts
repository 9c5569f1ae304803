import type { Explained } from '../../connection/failure.ts';
import { isMount, type RunForm } from './run-form.ts';

/** A refusal of the engine, and the field that it belongs to. */
export interface RefusedField {
  /** The path of the field in the form: `ports.0.host`. */
  readonly path: string;
  /** The engine's words, or a shorter text that says the same. */
  readonly message: string;
}

/** Patterns of the engine's messages, the field that each is about, and a shorter text. */
const FIELDS: readonly (readonly [pattern: RegExp, field: keyof RunForm, words?: string])[] = [
  [/name ".*" is already in use/i, 'name', 'Another container already has this name.'],
  [/invalid container name/i, 'name'],
  [/berth\.network\.rate/, 'networkOut', 'A rate must be from 0.008 to 100000.'],
  [/working directory|cwd/i, 'workdir'],
  [/unable to find (user|group)|no matching entries in (passwd|group)/i, 'user'],
  [/executable file not found/i, 'command', "The image doesn't contain this program."],
  [/no command specified|exec: |exec format/i, 'command'],
  [/memory/i, 'memory'],
  [/range of cpus|nanocpus/i, 'cpus'],
  [/pids/i, 'pids'],
  [/hostname/i, 'hostname'],
  [/network .* not found|no such network/i, 'network', "This network doesn't exist."],
  [/blkio|throttle|block device/i, 'diskRead'],
  [/autoremove|restart policy/i, 'restart'],
];

/**
 * The field that a refusal is about; undefined if that can't be determined. The host names the field
 * in its errors. For an error of the engine, this function searches the message.
 */
export function refusedField(
  { field, message }: Pick<Explained, 'field' | 'message'>,
  form: RunForm,
): RefusedField | undefined {
  return field === undefined ? inWords(message, form) : { path: pathOf(field, form), message };
}

/** A request leaves empty rows out, so its lists have other indexes than the form's. */
function pathOf(field: string, form: RunForm): string {
  const [, place, name] = /^mounts\.(\d+)\.(\w+)$/.exec(field) ?? [];
  const row = form.mounts.filter(isMount)[Number(place)];
  return row ? `mounts.${form.mounts.indexOf(row)}.${name}` : field;
}

function inWords(message: string, form: RunForm): RefusedField | undefined {
  const port = form.ports.findIndex(
    ({ host }) => host !== '' && new RegExp(`:${host}\\b.*(allocated|in use)`).test(message),
  );
  if (port >= 0)
    return { path: `ports.${port}.host`, message: 'Another container already uses this port.' };
  const mount = form.mounts.findIndex(
    ({ source, target }) =>
      (source !== '' && message.includes(source)) || (target !== '' && message.includes(target)),
  );
  if (mount >= 0 && /mount|volume|bind|shar|folder|path/i.test(message)) {
    return { path: `mounts.${mount}.source`, message };
  }
  const [, path, words = message] = FIELDS.find(([pattern]) => pattern.test(message)) ?? [];
  return path === undefined ? undefined : { path, message: words };
}
