import type { Random } from '../../../fixtures/random.ts';

/** Variables that instructions define and use. Some are never defined. */
export const variables = ['A', 'B', 'C', 'VERSION', 'name_2', 'EMPTY', 'UNSET'] as const;

const words = [
  'x',
  'one',
  'two.three',
  'Grüße',
  '1.2.3',
  'a-b_c',
  '/p/q',
  'v=w',
  'foo/bar/baz',
] as const;

export function variable(random: Random): string {
  return random.pick(variables);
}

/** Each way to use a variable. */
export function substitution(random: Random): string {
  const name = random.chance(0.06)
    ? random.pick(['TARGETARCH', 'TARGETPLATFORM', 'BUILDPLATFORM', 'PATH', 'HOME'])
    : variable(random);
  const word = random.pick(['w', 'o*', '?', '', '*/', '$A', '${B}', '${C:-deep}']);
  return random.weighted([
    [5, `$${name}`],
    [5, `\${${name}}`],
    [2, `\${${name}:-${word}}`],
    [2, `\${${name}:+${word}}`],
    [1, `\${${name}-${word}}`],
    [1, `\${${name}+${word}}`],
    [1, `\${${name}#${word}}`],
    [1, `\${${name}##${word}}`],
    [1, `\${${name}%${word}}`],
    [1, `\${${name}%%${word}}`],
    [1, `\${${name}/${word || 'o'}/r}`],
    [1, `\${${name}//${word || 'o'}/r}`],
    [1, `\\$${name}`],
  ]);
}

/** A word without spaces and quotes, which may have variables. */
export function word(random: Random): string {
  return random
    .times(1, 3, () => (random.chance(0.5) ? random.pick(words) : substitution(random)))
    .join(random.pick(['', '', '-']));
}

/** A value as in `ENV name=value`, with quotes and escaped characters. */
export function value(random: Random): string {
  const piece = () =>
    random.weighted([
      [6, () => word(random)],
      [3, () => `"${word(random)} ${word(random)}"`],
      [2, () => `'${word(random)} ${word(random)}'`],
      [1, () => `${random.pick(words)}\\ ${random.pick(words)}`],
      [1, () => '""'],
      [1, () => '"say \\"hi\\""'],
    ])();
  return random.times(1, 2, piece).join('');
}

/** A name for a file or a directory that an instruction creates. */
export function plainName(random: Random): string {
  return random.pick(['p', 'q', 'r', 's', 'file', 'new']);
}
