// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such texts are what is tested.
import { describe, expect, it } from 'vitest';
import { interpolate } from './interpolate.ts';

const values: Record<string, string> = { NAME: 'web', EMPTY: '', A_1: 'x' };
const variables = (name: string) => values[name];

describe('interpolation', () => {
  it.each([
    ['plain', 'plain'],
    ['$NAME', 'web'],
    ['${NAME}:${A_1}', 'web:x'],
    ['$NAME-$A_1.', 'web-x.'],
    ['a$$b $${NAME}', 'a$b ${NAME}'],
    ['${NONE:-default}', 'default'],
    ['${EMPTY:-default}', 'default'],
    ['${EMPTY-default}', ''],
    ['${NONE-a b}', 'a b'],
    ['${NAME:+given}', 'given'],
    ['${EMPTY:+given}', ''],
    ['${EMPTY+given}', 'given'],
    ['${NONE+given}', ''],
    ['${NONE:-${NAME:-x}}/y', 'web/y'],
    ['${NONE:-${OTHER:-{a}}}', '{a}'],
    ['${NAME:?why}', 'web'],
    ['${EMPTY?why}', ''],
  ])('makes of %s', (text, expected) => {
    expect(interpolate(text, variables)).toBe(expected);
  });

  it.each(['${', '$', 'a $ b', '${}', '${1A}', '${NAME', '${NAME!x}'])('refuses %s', (text) => {
    expect(() => interpolate(text, variables)).toThrow(/^invalid interpolation format for "/);
  });

  it('says why a variable is required', () => {
    expect(() => interpolate('${NONE:?set it}', variables)).toThrow(
      'required variable NONE is missing a value: set it',
    );
    expect(() => interpolate('${EMPTY:?set it}', variables)).toThrow(/EMPTY/);
  });

  it('tells of variables that have no value', () => {
    const missing: string[] = [];
    expect(
      interpolate('$NONE${NAME}${OTHER}${EMPTY}', variables, (name) => missing.push(name)),
    ).toBe('web');
    expect(missing).toEqual(['NONE', 'OTHER']);
  });
});
