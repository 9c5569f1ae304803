// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have such variables.
import { expect, test } from 'vitest';
import { parseDockerfile } from '../../build/dockerfile/parse.ts';
import { stepName } from './step-name.ts';

function named(text: string, isTrigger = false): string {
  const { instructions, escapeChar } = parseDockerfile(text);
  const [instruction] = instructions;
  if (instruction === undefined) throw new Error('no instruction');
  const variables = new Map([['A', 'one']]);
  const label = { name: '', total: 9 };
  return stepName(label, 2, instruction, variables, { escapeChar, isTrigger }).slice(6);
}

test.each([
  ['copy ["a b", "$A"] /x', 'COPY [a b, one] /x'],
  ['COPY a ${B:-two}/$B', 'COPY a two/'],
  ['COPY <<-"EOF" /r\ntext\nEOF', 'COPY <<-EOF /r'],
  ["WORKDIR '/$A'/${A#o}", 'WORKDIR /$A/ne'],
])('the step of %j has its variables, without quotes', (text, name) => {
  expect(named(text)).toBe(name);
});

test.each([
  ['RUN echo "$A" \'$A\' $B', 'RUN echo "one" \'$A\' $B'],
  ['RUN echo \\$A ${B:-$A} ${B/x/y} ${B##x}', 'RUN echo $A ${B:-one} ${B/x/y} ${B##x}'],
  ['RUN << EOF\n  first $A\nsecond\nEOF', 'RUN << EOF (first one...)'],
  ['RUN <<EOF cat >/x\ntext\nEOF', 'RUN <<EOF cat >/x'],
  ["RUN echo it's $A", "RUN echo it's $A"],
])('the step of %j keeps quotes, and variables without a value', (text, name) => {
  expect(named(text)).toBe(name);
});

test('the step of an ONBUILD instruction says so', () => {
  expect(named('copy $A /x', true)).toBe('ONBUILD COPY one /x');
});
