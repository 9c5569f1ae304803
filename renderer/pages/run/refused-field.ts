import type { Explained } from '../../connection/failure.ts';
import { isMount, type RunForm } from './run-form.ts';

/** What the engine has against a request, where it belongs. */
export interface RefusedField {
  /** As the form has it: `ports.0.host`. */
  readonly path: string;
  /** The engine's words, or shorter ones that say the same. */
  readonly message: string;
}

/** Words of the engine, the field that they are about, and shorter words. */
const FIELDS: readonly (readonly [pattern: RegExp, field: keyof RunForm, words?: string])[] = [
  [/name ".*" is already in use/i, 'name', 'Another container has this name.'],
  [/invalid container name/i, 'name'],
  [/berth\.network\.rate/, 'networkOut', 'A rate is from 0.008 to 100000.'],
  [/working directory|cwd/i, 'workdir'],
  [/unable to find (user|group)|no matching entries in (passwd|group)/i, 'user'],
  [/executable file not found/i, 'command', 'The image has no such program.'],
  [/no command specified|exec: |exec format/i, 'command'],
  [/memory/i, 'memory'],
  [/range of cpus|nanocpus/i, 'cpus'],
  [/pids/i, 'pids'],
  [/hostname/i, 'hostname'],
  [/network .* not found|no such network/i, 'network', 'There is no such network.'],
  [/blkio|throttle|block device/i, 'diskRead'],
  [/autoremove|restart policy/i, 'restart'],
];

/**
 * The field that a refusal is about; undefined when that cannot be told. The host names the field
 * itself; an engine has only words, in which the field has to be found.
 */
export function refusedField(
  { field, message }: Pick<Explained, 'field' | 'message'>,
  form: RunForm,
): RefusedField | undefined {
  return field === undefined ? inWords(message, form) : { path: pathOf(field, form), message };
}

/** Rows that say nothing are no part of a request, so that places in its lists differ. */
function pathOf(field: string, form: RunForm): string {
  const [, place, name] = /^mounts\.(\d+)\.(\w+)$/.exec(field) ?? [];
  const row = form.mounts.filter(isMount)[Number(place)];
  return row ? `mounts.${form.mounts.indexOf(row)}.${name}` : field;
}

function inWords(message: string, form: RunForm): RefusedField | undefined {
  const port = form.ports.findIndex(
    ({ host }) => host !== '' && new RegExp(`:${host}\\b.*(allocated|in use)`).test(message),
  );
  if (port >= 0) return { path: `ports.${port}.host`, message: 'Another container has this port.' };
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
