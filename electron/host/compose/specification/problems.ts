import type { ErrorObject } from 'ajv';
import { isRecord } from '../../base/is-record.ts';
import type { Explained } from '../file/issues.ts';
import { hasUniqueEntries } from '../file/merge-lists.ts';
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
  const value = WITHOUT_TEXT.reduce((rest, path) => withValues(rest, path.split('.')), file);
  if (validate(value)) return [];
  const problems = (validate.errors ?? []).flatMap((error) => explain(error) ?? []);
  // As in Docker Compose: the one that is deepest in the file.
  const deepest = Math.max(...problems.map(({ depth }) => depth));
  return problems.filter(({ depth }) => depth === deepest).slice(0, 1);
}

/** The value with texts at the path as what they say. */
function withValues(value: unknown, [key, ...path]: readonly string[]): unknown {
  if (key === undefined) return typeof value === 'string' ? scalarOf(value) : value;
  if (Array.isArray(value)) return value.map((item) => withValues(item, path));
  if (!isRecord(value)) return value;
  if (key === '*') return mapValues(value, (item) => withValues(item, path));
  return key in value ? { ...value, [key]: withValues(value[key], path) } : value;
}

function scalarOf(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (/^(true|yes|on|y)$/i.test(text)) return true;
  return /^(false|no|off|n)$/i.test(text) ? false : text;
}

interface Found extends Explained {
  readonly depth: number;
}

function explain(error: ErrorObject): Found | undefined {
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
      // Repeated entries of these lists count once.
      return hasUniqueEntries(path) ? undefined : found('has an entry twice');
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
