import {
  expandShown,
  expandText,
  expandWord,
  expandWords,
} from '../../../guest-agent/build/dockerfile/substitution.ts';
import type { Target } from '../target.ts';

const variables = new Map([
  ['A', 'value'],
  ['EMPTY', ''],
  ['LONG', 'ab/'.repeat(1000)],
  ['STARS', '*a*b*'],
]);

/** Variables in Dockerfiles. */
export const substitution: Target = {
  seeds: [
    ...['$A ${A} ${B:-d} ${A:+x} ${B:?word}', '${LONG##*/} ${LONG%%b*} ${LONG//a?/c} ${LONG/a/}'],
    ...['"a $A" \'$A\' \\$A', '${A-${B-${EMPTY:-${LONG#a}}}}', '${A#?} ${A%\\*}', '$0 $@ $$ $é'],
  ],
  generate: (random) => random.times(1, 8, () => nested(random.integer(0, 6))).join(' '),
  words: ['${', '}', ':-', ':+', ':?', '##', '%%', '//', '/', '\\', '"', "'", '*', 'LONG', '$A'],
  read(input) {
    const text = input.toString();
    // One of them, since each may take most of the time that a turn has.
    const readers = [
      () => expandShown(text, variables, '\\', { keepsQuotes: true, keepsUnset: true }),
      () => expandWord(text, variables),
      () => expandWords(text, variables, '`'),
      () => expandText(text, variables),
    ];
    return readers[text.length % readers.length]?.();
  },
};

function nested(depth: number): string {
  return depth === 0 ? 'a' : `\${${depth % 2 ? 'A' : 'B'}:-${nested(depth - 1)}}`;
}
