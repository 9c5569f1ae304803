import type { ErrorObject } from 'ajv';
import { isRecord } from '../../base/is-record.ts';
import type { Explained } from '../file/issues.ts';
import { UNIQUE_LISTS } from '../file/merge-lists.ts';
import { mapValues } from '../file/record.ts';

/**
 * Numbers and truth values that may come from a variable, as text. Docker Compose turns them into
 * numbers and truth values before it looks at the schema, which doesn't have text there.
 */
export const WITHOUT_TEXT: readonly string[] = [
  'services.*.depends_on.*.required',
  'services.*.develop.watch.*.initial_sync',
  'services.*.networks.*.gw_priority',
  'services.*.networks.*.priority',
  'services.*.use_api_socket',
  'models.*.context_size',
];

/** What the published schema finds wrong with a Compose file, in Docker's words. At most one problem. */
export async function specificationProblems(file: unknown): Promise<Explained[]> {
  const { default: validate } = await import('./validate.ts');
  const typed = WITHOUT_TEXT.reduce(
    (rest, path) => changedAt(rest, path.split('.'), scalarOf),
    file,
  );
  const value = UNIQUE_LISTS.reduce(
    (rest, path) => changedAt(rest, path.split('.'), unique),
    typed,
  );
  if (validate(value)) return [];
  const problems = (validate.errors ?? []).map(explain);
  // As in Docker Compose: the one that is deepest in the file.
  const deepest = Math.max(...problems.map(({ depth }) => depth));
  return problems.filter(({ depth }) => depth === deepest).slice(0, 1);
}

/** The value with the values at a path changed. */
function changedAt(
  value: unknown,
  [key, ...path]: readonly string[],
  change: (value: unknown) => unknown,
): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item) => changedAt(item, path, change));
  if (!isRecord(value)) return value;
  if (key === '*') return mapValues(value, (item) => changedAt(item, path, change));
  return key in value ? { ...value, [key]: changedAt(value[key], path, change) } : value;
}

const unique = (value: unknown) => (Array.isArray(value) ? [...new Set(value)] : value);

/** A text as the number or truth value that it says. */
function scalarOf(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (/^(true|yes|on|y)$/i.test(text)) return true;
  return /^(false|no|off|n)$/i.test(text) ? false : text;
}

interface Found extends Explained {
  readonly depth: number;
}

function explain(error: ErrorObject): Found {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const where = path.length > 0 ? `${path.join('.')} ` : '';
  const found = (message: string, key?: string): Found => ({
    path: key === undefined ? path : [...path, key],
    depth: path.length + (key === undefined ? 0 : 1),
    message: `${where}${message}`,
  });
  const { keyword, params } = error;
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      return found(`additional properties '${key}' not allowed`, key);
    }
    case 'type':
      return found(`must be a ${typesOf(params.type)}`);
    case 'enum':
      return found(`must be one of ${(params.allowedValues as unknown[]).join(', ')}`);
    case 'required':
      return found(`missing property '${params.missingProperty}'`);
    case 'pattern':
      return found(`does not match pattern '${params.pattern}'`);
    case 'minimum':
    case 'exclusiveMinimum':
      return found(`must be greater than or equal to ${params.limit}`);
    case 'maximum':
      return found(`must be less than or equal to ${params.limit}`);
    case 'uniqueItems':
      return found(
        `items at ${Math.min(params.i, params.j)} and ${Math.max(params.i, params.j)} are equal`,
      );
    default:
      return found(error.message ?? keyword);
  }
}

function typesOf(types: unknown): string {
  const words = (Array.isArray(types) ? types : [types])
    .map((type) => (type === 'object' ? 'mapping' : String(type)))
    .sort();
  const last = words.pop() ?? '';
  return words.length > 0 ? `${words.join(', ')} or ${last}` : last;
}
