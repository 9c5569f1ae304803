import type { RunForm } from './run-form.ts';

/** Words of the engine, and the field that they are about. */
const FIELDS: readonly (readonly [pattern: RegExp, field: keyof RunForm])[] = [
  [/name ".*" is already in use|invalid container name/i, 'name'],
  [/berth\.network\.rate/, 'networkOut'],
  [/working directory|cwd/i, 'workdir'],
  [/unable to find (user|group)|no users found|no matching entries in (passwd|group)/i, 'user'],
  [/executable file not found|no command specified|exec: |exec format/i, 'command'],
  [/memory/i, 'memory'],
  [/range of cpus|nanocpus|cpu/i, 'cpus'],
  [/pids/i, 'pids'],
  [/hostname/i, 'hostname'],
  [/network .* not found|no such network/i, 'network'],
  [/blkio|throttle|read_bps/i, 'diskRead'],
  [/autoremove|restart policy/i, 'restart'],
];

/** The path of the field that a refusal is about; undefined when that cannot be told. */
export function refusedField(message: string, form: RunForm): string | undefined {
  const port = form.ports.findIndex(
    ({ host }) => host !== '' && new RegExp(`:${host}\\b.*(allocated|in use)`).test(message),
  );
  if (port >= 0) return `ports.${port}.host`;
  const mount = form.mounts.findIndex(
    ({ source, target }) =>
      (source !== '' && message.includes(source)) || (target !== '' && message.includes(target)),
  );
  if (mount >= 0 && /mount|volume|bind|shar|folder|path/i.test(message)) {
    return `mounts.${mount}.source`;
  }
  return FIELDS.find(([pattern]) => pattern.test(message))?.[1];
}
