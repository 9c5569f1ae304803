import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ScreenEngine } from '../host/screen/testing/screen-engine.ts';
import { standInHost } from '../host/screen/testing/stand-in-host.ts';
import { StandInMachine } from '../host/screen/testing/stand-in-machine.ts';
import { askFarewell } from './quit.ts';
import { dialog } from './testing/stand-in-electron.ts';

vi.mock('electron', () => import('./testing/stand-in-electron.ts'));

let engine: ScreenEngine;

beforeEach(async () => {
  engine = await ScreenEngine.start();
  dialog.asked.length = 0;
});

afterEach(() => engine.close());

it.each([
  [0, 'leave'],
  [1, 'stop'],
  [2, 'stay'],
] as const)(
  'asks what becomes of containers that run: button %d is "%s"',
  async (button, answer) => {
    dialog.answer = button;
    await engine.runContainer({ image: 'alpine:3.22', tty: true, name: 'job' });
    await engine.addContainer({ image: 'alpine:3.22', name: 'created' });
    const host = standInHost(engine, new StandInMachine(engine.socket));
    expect(await askFarewell(host)).toBe(answer);
    expect(dialog.asked).toMatchObject([{ message: '1 container is running' }]);
  },
);

it("doesn't ask when no container runs", async () => {
  const host = standInHost(engine, new StandInMachine(engine.socket));
  expect(await askFarewell(host)).toBe('stop');
  expect(dialog.asked).toEqual([]);
});
