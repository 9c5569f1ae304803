import { GrammarError } from '../../../../guest-agent/grammar/grammar-error.ts';
import { splitEntry } from '../../../../guest-agent/grammar/key-values.ts';
import { isRecord } from '../../base/is-record.ts';
import type { ComposeFile } from './file-schema.ts';
import type { Form } from './form.ts';
import { mergeListed } from './merge.ts';
import { asList } from './merge-lists.ts';
import { parseMount } from './mount-schema.ts';
import { parsePorts } from './port-schema.ts';
import { emptyFile } from './project.ts';
import { mapValues } from './record.ts';
import { shortDevice } from './service-schema.ts';

type Change = (value: unknown) => unknown;
type Changes = Readonly<Record<string, Change>>;

/**
 * The form of `config --no-interpolate`: variables stay, and so does everything that isn't written in a short
 * form. A value that a variable makes unreadable stays as it is.
 */
export const rawForm: Form = {
  interpolates: false,
  merge: mergeListed,
  read({ value }) {
    const { version: _, ...own } = isRecord(value) ? value : {};
    const file = changed(own, {
      services: each((service) => onRecord(serviceChanges)(service ?? {})),
      networks: each(withoutOldExternal),
      volumes: each(withoutOldExternal),
      secrets: each(withoutOldExternal),
      configs: each(withoutOldExternal),
      include: listOf((entry) => {
        const { path, env_file: envFile, ...rest } = isRecord(entry) ? entry : { path: entry };
        return {
          ...rest,
          path: list(path),
          ...(envFile !== undefined && { env_file: list(envFile) }),
        };
      }),
    });
    // What reads it next looks at the shapes of the long form only.
    return { ...emptyFile, ...file } as unknown as ComposeFile;
  },
  // Variables can stand where the schema expects something else.
  check: async () => [],
};

const list: Change = (value) => (Array.isArray(value) ? value : [value]);

const listOf =
  (change: Change): Change =>
  (value) =>
    Array.isArray(value) ? value.map(change) : value;

const each =
  (change: Change): Change =>
  (value) =>
    isRecord(value) ? mapValues(value, change) : value;

const onRecord =
  (changes: Changes): Change =>
  (value) =>
    isRecord(value) ? changed(value, changes) : value;

function changed(
  value: Readonly<Record<string, unknown>>,
  changes: Changes,
): Record<string, unknown> {
  return mapValues(value, (item, key) => {
    const change = Object.hasOwn(changes, key) ? changes[key] : undefined;
    return change && item !== null ? change(item) : item;
  });
}

const reference: Change = (value) => (typeof value === 'string' ? { source: value } : value);

/** `[NAME, ...]` as a map. */
const named =
  (value: () => unknown): Change =>
  (names) =>
    Array.isArray(names) ? Object.fromEntries(names.map((name) => [String(name), value()])) : names;

const dependency = { condition: 'service_started', required: true };

const keyValues: Change = (value) =>
  Array.isArray(value)
    ? Object.fromEntries(
        value.map((entry) => splitEntry(String(entry))).map(([k, v]) => [k, v ?? '']),
      )
    : value;

/** A list in which short forms become one or more long ones, if all can be read. */
const read =
  (parse: (text: string) => readonly unknown[]): Change =>
  (value) => {
    if (!Array.isArray(value)) return value;
    try {
      return value.flatMap((entry) => (isRecord(entry) ? [entry] : parse(String(entry))));
    } catch (error) {
      if (!(error instanceof GrammarError)) throw error;
      return value;
    }
  };

const mount: Change = (value) => {
  if (typeof value !== 'string') return value;
  const parsed = parseMount(value);
  return typeof parsed === 'string' ? value : parsed;
};

const buildChanges: Changes = {
  secrets: listOf(reference),
  additional_contexts: keyValues,
  // As in the long form.
  ssh: (value) => (isRecord(value) ? asList(value) : value),
};

const watchChanges: Changes = { ignore: list, include: list };

const serviceChanges: Changes = {
  build: (value) =>
    typeof value === 'string' ? { context: value } : onRecord(buildChanges)(value),
  depends_on: (value) =>
    isRecord(value)
      ? mapValues(value, (entry) => (isRecord(entry) ? { ...dependency, ...entry } : entry))
      : named(() => ({ ...dependency }))(value),
  env_file: (value) =>
    (list(value) as unknown[]).map((entry) =>
      isRecord(entry) ? { required: true, ...entry } : { path: entry, required: true },
    ),
  label_file: list,
  extends: (value) => (typeof value === 'string' ? { service: value } : value),
  gpus: (value) => (typeof value === 'string' ? [{ count: 'all' }] : value),
  networks: named(() => null),
  models: named(() => null),
  volumes: listOf(mount),
  dns: list,
  devices: read((text) => [shortDevice(text)]),
  secrets: listOf(reference),
  configs: listOf(reference),
  ports: read(parsePorts),
  develop: onRecord({ watch: listOf(onRecord(watchChanges)) }),
};

/** `external: {name: NAME}` is the old form. */
function withoutOldExternal(resource: unknown): unknown {
  if (!isRecord(resource) || !isRecord(resource.external)) return resource;
  const { external } = resource;
  return { ...resource, external: true, name: resource.name ?? external.name };
}
