import { expect, test } from 'vitest';
import { BuildArgs } from '../build-args.ts';
import { buildkit } from '../dialect.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import type { StageState } from '../session.ts';
import { arg } from './arg.ts';

test('the history has the value that a declaration gives, not an earlier value', () => {
  const args = new BuildArgs({ GIVEN: 'g' }, undefined);
  args.declareGlobal('GLOBAL', 'x');
  const state = { config: {} } as StageState;
  const [, ...instructions] = parseDockerfile(
    'FROM a\nARG ONE=1 ONE\nARG ONE\nARG GIVEN=d GLOBAL',
  ).instructions;
  const shown = instructions.map((each) =>
    arg({ args, escapeChar: '\\', dialect: buildkit }, state, each),
  );
  expect(shown).toEqual(['ARG ONE=1 ONE', 'ARG ONE', 'ARG GIVEN=g GLOBAL=x']);
  expect(args.declared().get('ONE')).toBe('1');
});
