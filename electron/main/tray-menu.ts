import type { MenuItemConstructorOptions } from 'electron';
import type { Container } from '../api/containers.ts';
import type { MachineState } from '../api/machine.ts';

/** What the tray's menu shows. */
export interface TrayState {
  readonly machine: MachineState;
  readonly containers: readonly Container[];
}

export interface TrayActions {
  /** Shows the window, with a page of the app if one is given. */
  open(path?: string): void;
  startMachine(): void;
  stopMachine(): void;
  stopContainer(id: string): void;
  quit(): void;
}

const WORDS: Readonly<Record<MachineState, string>> = {
  stopped: 'The VM is stopped',
  starting: 'The VM is starting…',
  running: 'The VM is running',
  stopping: 'The VM is stopping…',
  suspending: 'The VM is suspending…',
  suspended: 'The VM is suspended',
  failed: 'The VM failed',
};

/** More containers wouldn't fit on a small screen. */
const MOST = 12;

export function trayMenu(state: TrayState, actions: TrayActions): MenuItemConstructorOptions[] {
  return [
    { label: 'Open Berth', click: () => actions.open() },
    { label: 'Run an Image…', click: () => actions.open('/images/run') },
    { type: 'separator' },
    ...containerItems(state, actions),
    { type: 'separator' },
    { label: WORDS[state.machine], enabled: false },
    ...machineItems(state, actions),
    { type: 'separator' },
    { label: 'Quit Berth', click: () => actions.quit() },
  ];
}

function containerItems(
  { machine, containers }: TrayState,
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  if (machine !== 'running') return [];
  const running = containers.filter((container) => container.state === 'running');
  if (running.length === 0) return [{ label: 'No running containers', enabled: false }];
  const shown = running.slice(0, MOST).map(({ id, name }) => ({
    // A single `&` would mark the letter after it.
    label: name.replaceAll('&', '&&'),
    submenu: [
      { label: 'Terminal', click: () => actions.open(`/containers/${id}/terminal`) },
      { label: 'Logs', click: () => actions.open(`/containers/${id}/logs`) },
      { label: 'Stop', click: () => actions.stopContainer(id) },
    ],
  }));
  const more = running.length - shown.length;
  return more === 0
    ? shown
    : [...shown, { label: `${more} more…`, click: () => actions.open('/containers') }];
}

function machineItems({ machine }: TrayState, actions: TrayActions): MenuItemConstructorOptions[] {
  if (machine === 'running') {
    return [{ label: 'Stop VM', click: () => actions.stopMachine() }];
  }
  const idle = machine === 'stopped' || machine === 'suspended' || machine === 'failed';
  return idle ? [{ label: 'Start VM', click: () => actions.startMachine() }] : [];
}
