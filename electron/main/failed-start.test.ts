import { beforeEach, expect, it, vi } from 'vitest';
import { HostError } from '../host/base/errors.ts';
import { logTo } from '../host/base/log.ts';
import { endUnstarted } from './failed-start.ts';
import { app, dialog } from './testing/stand-in-electron.ts';

vi.mock('electron', () => import('./testing/stand-in-electron.ts'));

beforeEach(() => {
  const lines: string[] = [];
  const endLogging = logTo((line) => lines.push(line));
  return () => {
    endLogging();
    expect(lines.join()).toContain('there is no machine "dev"');
  };
});

it("says why the app can't start and what to do, and ends the app", () => {
  endUnstarted(new HostError('invalid', 'there is no machine "dev"', { hint: 'Choose another.' }));
  expect(dialog.errors).toEqual([
    { title: "Berth can't start", content: 'there is no machine "dev"\n\nChoose another.' },
  ]);
  expect(app.exitCode).toBe(1);
});
