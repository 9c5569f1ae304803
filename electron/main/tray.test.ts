import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createEngineClient } from '../host/engine/connection/http-client.ts';
import { StandInMachine } from '../host/screen/testing/stand-in-machine.ts';
import { Tray } from './testing/stand-in-electron.ts';
import { showTray } from './tray.ts';

vi.mock('electron', () => import('./testing/stand-in-electron.ts'));

test.each([
  { platform: 'darwin', icon: 'trayTemplate.png', isTemplate: true, opens: 0 },
  { platform: 'win32', icon: 'tray.png', isTemplate: false, opens: 1 },
  { platform: 'linux', icon: 'tray.png', isTemplate: false, opens: 1 },
] as const)('the icon of the tray and a click on it, on $platform', (expected) => {
  const nowhere = join(import.meta.dirname, 'no-engine.sock');
  const machine = new StandInMachine(nowhere);
  const ending = new AbortController();
  const actions = {
    ...{ open: vi.fn(), startMachine: vi.fn(), stopMachine: vi.fn() },
    ...{ stopContainer: vi.fn(), quit: vi.fn() },
  };
  const host = { machine, engine: createEngineClient(nowhere) };
  showTray('/icons', host, actions, ending.signal, expected.platform);
  expect(Tray.last?.image).toMatchObject({
    path: join('/icons', expected.icon),
    isTemplate: expected.isTemplate,
  });
  Tray.last?.emit('click');
  expect(actions.open).toHaveBeenCalledTimes(expected.opens);
  ending.abort();
  expect(Tray.last?.destroyed).toBe(true);
});
