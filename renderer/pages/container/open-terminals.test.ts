import { expect, it } from 'vitest';
import { canClose, firstTerminals, withoutTerminal, withShell } from './open-terminals.ts';

const names = ({ all }: ReturnType<typeof firstTerminals>) => all.map(({ name }) => name);

it('begins with the main process, or with a shell if the process reads no input', () => {
  expect(names(firstTerminals(true))).toEqual(['Main process']);
  expect(names(firstTerminals(false))).toEqual(['Shell']);
});

it('keeps the tab of the main process, which could not be opened again', () => {
  expect(withShell(firstTerminals(true)).all.map(canClose)).toEqual([false, true]);
});

it('shows the terminal opened last, and the neighbour of a closed terminal', () => {
  const three = withShell(withShell(firstTerminals(true)));
  expect(names(three)).toEqual(['Main process', 'Shell', 'Shell 2']);
  expect(three.shown).toBe(2);
  const two = withoutTerminal(three, 2);
  expect(two.shown).toBe(1);
  expect(names(withShell(two))).toEqual(['Main process', 'Shell', 'Shell 3']);
  expect(withoutTerminal(withoutTerminal(two, 0), 1).all).toEqual([]);
});
