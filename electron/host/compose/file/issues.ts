import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** A problem with a value, and its path, in Docker's words where Docker has them. */
export interface Explained {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The problems of a Compose file that doesn't match the schema. */
export function explainIssues(issues: readonly Issue[]): Explained[] {
  return issues.flatMap((issue) => explain(issue, []));
}

function explain(issue: Issue, around: readonly PropertyKey[]): Explained[] {
  const path = [...around, ...issue.path];
  const where = path.length > 0 ? `${path.join('.')} ` : '';
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `${where}additional properties '${key}' not allowed`,
      }));
    case 'invalid_union': {
      const best = closest(issue.errors);
      if (best) return best.flatMap((inner) => explain(inner, path));
      const expected = issue.errors.flat().flatMap((inner) => expectedIn(inner));
      return [{ path, message: `${where}must be a ${[...new Set(expected)].join(' or ')}` }];
    }
    case 'invalid_type':
      return [{ path, message: `${where}must be a ${TYPES[issue.expected] ?? issue.expected}` }];
    case 'invalid_value':
      return [{ path, message: `${where}must be one of ${issue.values.join(', ')}` }];
    case 'custom':
      return [{ path, message: `${where}${issue.message}` }];
    default:
      return [{ path, message: `${where}${issue.message}` }];
  }
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'mapping',
  record: 'mapping',
  array: 'list',
};

/** The most likely intended form: the one whose error is inside the value. */
function closest(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches.find((issues) =>
    issues.every(
      (issue) =>
        issue.path.length > 0 || (issue.code !== 'invalid_type' && issue.code !== 'invalid_union'),
    ),
  );
}

function expectedIn(issue: Issue): string[] {
  if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(expectedIn);
  return issue.code === 'invalid_type' ? [TYPES[issue.expected] ?? issue.expected] : [];
}
