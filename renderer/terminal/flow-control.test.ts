import { expect, it } from 'vitest';
import { initialCredit } from '../../electron/api/terminal.ts';
import { DrawnCredit } from './flow-control.ts';

it('gives all credit back, in few pieces, before the host runs out', () => {
  const granted: number[] = [];
  const credit = new DrawnCredit((characters) => granted.push(characters));
  let sent = 0;
  const sum = () => granted.reduce((total, piece) => total + piece, 0);
  while (sent < 10 * initialCredit) {
    sent += 1000;
    credit.drawn(1000);
    expect(sent - sum()).toBeLessThan(initialCredit / 2);
  }
  expect(granted.length).toBeLessThan(50);
  expect(granted.every((piece) => piece > 0)).toBe(true);
});
