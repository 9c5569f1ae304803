import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { testEngine, testRecord } from '../testing/test-engine.ts';
import { containerFilter } from './filters.ts';

it('tells of a filter that does not exist, also where there is nothing to filter', async () => {
  await using directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  for (const [name, values] of [
    ['colour', ['blue']],
    ['constructor', ['x']],
    ['status', ['asleep']],
  ] as const) {
    expect(() => containerFilter(engine, { [name]: values })).toThrow(
      name === 'status' ? "invalid filter 'status=asleep'" : `invalid filter '${name}'`,
    );
  }
  const running = containerFilter(engine, { status: ['running', 'paused'], name: ['otter$'] });
  expect(running(testRecord({ status: 'running' }))).toBe(true);
  expect(running(testRecord({ status: 'exited' }))).toBe(false);
});
