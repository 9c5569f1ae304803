import { expect, it, vi } from 'vitest';
import type { Container } from '../api/containers.ts';
import { type TrayActions, trayMenu } from './tray-menu.ts';

const actions = {
  open: vi.fn(),
  startMachine: vi.fn(),
  stopMachine: vi.fn(),
  stopContainer: vi.fn(),
  quit: vi.fn(),
} satisfies TrayActions;

const container = (name: string, state: Container['state'] = 'running'): Container =>
  ({ id: `id-${name}`, name, state }) as Container;

const labels = (state: Parameters<typeof trayMenu>[0]) =>
  trayMenu(state, actions).flatMap(({ label }) => label ?? []);

it('lists running containers, and stops one', () => {
  const containers = [container('web&db'), container('old', 'exited')];
  const menu = trayMenu({ machine: 'running', containers }, actions);
  const item = menu.find(({ label }) => label === 'web&&db');
  const [, , stop] = (item?.submenu ?? []) as { click: () => void }[];
  stop?.click();
  expect(actions.stopContainer).toHaveBeenCalledWith('id-web&db');
  expect(menu.some(({ label }) => label === 'old')).toBe(false);
});

it('stays short with many containers', () => {
  const containers = Array.from({ length: 40 }, (_, index) => container(`c${index}`));
  expect(labels({ machine: 'running', containers })).toContain('28 more…');
});

it.each([
  ['running', 'Stop VM'],
  ['stopped', 'Start VM'],
  ['failed', 'Start VM'],
] as const)('offers for a VM that is %s: %s', (machine, offer) => {
  expect(labels({ machine, containers: [] })).toContain(offer);
});

it('offers nothing while the VM starts', () => {
  expect(labels({ machine: 'starting', containers: [] }).join()).not.toMatch(/(Start|Stop) VM/);
});
