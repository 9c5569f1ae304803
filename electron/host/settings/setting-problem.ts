import type * as z from 'zod';

/** Why settings are refused, in words that name the setting: `diskGiB must be at least 4`. */
export function settingProblem({ issues }: z.ZodError): string {
  return issues.map(wordsOf).join('\n');
}

function wordsOf(issue: z.core.$ZodIssue): string {
  const name = issue.path.join('.') || 'the settings';
  switch (issue.code) {
    case 'too_small':
      return `${name} must ${amount(issue, 'at least', issue.minimum)}`;
    case 'too_big':
      return `${name} must ${amount(issue, 'at most', issue.maximum)}`;
    case 'invalid_value':
      return `${name} must be one of: ${issue.values.join(', ')}`;
    case 'invalid_type':
      return `${name} must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'unrecognized_keys':
      return `unknown: ${issue.keys.join(', ')}`;
    default:
      return `${name}: ${issue.message}`;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const amount = ({ origin }: { readonly origin: string }, bound: string, value: number | bigint) =>
  origin === 'array' ? `have ${bound} ${value} entries` : `be ${bound} ${value}`;
