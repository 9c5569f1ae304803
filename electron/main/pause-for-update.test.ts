import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ScreenEngine } from '../host/screen/testing/screen-engine.ts';
import { standInHost } from '../host/screen/testing/stand-in-host.ts';
import { StandInMachine } from '../host/screen/testing/stand-in-machine.ts';
import { pauseForUpdate } from './pause-for-update.ts';
import { dialog } from './testing/stand-in-electron.ts';

vi.mock('electron', () => import('./testing/stand-in-electron.ts'));

let engine: ScreenEngine;
let machine: StandInMachine;
let other: StandInMachine;
const hosts = () => [standInHost(engine, machine), standInHost(engine, other)];
const states = async () => [(await machine.status()).state, (await other.status()).state];

beforeEach(async () => {
  dialog.asked.length = 0;
  engine = await ScreenEngine.start();
  machine = new StandInMachine(engine.socket);
  other = new StandInMachine(engine.socket);
});
afterEach(() => engine.close());

it('stops all VMs without a question when nothing runs in them', async () => {
  expect(await pauseForUpdate(hosts())).toBe(true);
  expect(await states()).toEqual(['stopped', 'stopped']);
  expect(dialog.asked).toEqual([]);
});

it('reports a VM that keeps running, and installs nothing', async () => {
  dialog.errors.length = 0;
  vi.spyOn(other, 'leave').mockRejectedValueOnce(new Error('it is busy'));
  expect(await pauseForUpdate(hosts())).toBe(false);
  expect(dialog.errors[0]?.content).toContain('it is busy');
});

it('asks before a suspended VM loses what was running', async () => {
  machine.set({ state: 'suspended' });
  other.set({ state: 'stopped' });
  dialog.answer = 1;
  expect(await pauseForUpdate(hosts())).toBe(false);
  dialog.answer = 0;
  expect(await pauseForUpdate(hosts())).toBe(true);
  expect(dialog.asked[0]).toMatchObject({
    message: '1 VM is suspended',
    detail: expect.stringContaining('what was running is lost'),
    buttons: ['Update', 'Cancel'],
  });
});

it('asks too if resuming a suspended VM failed, and keeps what was saved', async () => {
  machine.set({ state: 'failed', failure: { message: 'QEMU is missing', console: [] } });
  vi.spyOn(machine, 'isSuspended').mockResolvedValue(true);
  const stop = vi.spyOn(machine, 'stop');
  other.set({ state: 'stopped' });
  dialog.answer = 0;
  expect(await pauseForUpdate(hosts())).toBe(true);
  expect(dialog.asked).toMatchObject([{ message: '1 VM is suspended' }]);
  expect(stop).not.toHaveBeenCalled();
});
