import { defaultMachine, machinePaths, settingsPath } from '../home/paths.ts';
import { createSettingsStore, type SettingsStore } from './store.ts';

/** Settings of one machine. Those of the default one are what the others have in common. */
export function machineSettings(home: string, name: string): SettingsStore {
  const common = settingsPath(home);
  return name === defaultMachine
    ? createSettingsStore(common)
    : createSettingsStore(machinePaths(home, name).settings, common);
}
