import { expect, test } from 'vitest';
import type { BuildStep } from '../../../electron/api/builds.ts';
import { inputsOf, spanOf, stepGroups } from './step-stages.ts';

const step = (instruction: string, stage?: string, at = 0, milliseconds?: number): BuildStep => ({
  ...{
    id: instruction,
    number: 1,
    instruction,
    state: 'done',
    output: '',
    parts: [],
    warnings: [],
    inputs: [],
  },
  startedAt: new Date(at).toISOString(),
  ...(stage !== undefined && { stage }),
  ...(milliseconds !== undefined && { milliseconds }),
});

test('groups the steps by stage, between preparation and result', () => {
  const steps = [
    ...[step('[internal] load build context'), step('RUN a', 'base'), step('RUN b', 'app')],
    ...[step('RUN c', 'base'), step('exporting to image')],
  ];
  const groups = stepGroups(steps).map(({ title, steps: own }) => [
    title,
    ...own.map(({ instruction }) => instruction),
  ]);
  expect(groups).toEqual([
    ['Preparation', '[internal] load build context'],
    ['Stage base', 'RUN a', 'RUN c'],
    ['Stage app', 'RUN b'],
    ['Result', 'exporting to image'],
  ]);
});

test('a stage shows the stages from which it takes files, and a step its inputs', () => {
  const base = step('RUN a', 'base');
  const context = step('[internal] load build context');
  const app = { ...step('COPY x', 'app'), inputs: [base.id, context.id, 'unknown'] };
  const steps = [context, base, app];
  const uses = stepGroups(steps).map((group) => [group.title, ...group.uses]);
  expect(uses).toEqual([['Preparation'], ['Stage base'], ['Stage app', 'base']]);
  expect(inputsOf(app, steps)).toEqual([base, context]);
});

test('shows when a step ran within the build', () => {
  const [first, second] = [step('a', '', 0, 500), step('b', '', 500)];
  expect(spanOf(first, [first, second], 1000)).toEqual({ start: 0, length: 0.5 });
  expect(spanOf(second, [first, second], 1000)).toEqual({ start: 0.5, length: 0.5 });
});
