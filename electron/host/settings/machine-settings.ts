import { defaultMachine, machinePaths, settingsPath } from '../home/paths.ts';
import { createSettingsStore, type SettingsStore } from './store.ts';

/** The settings of one VM. The default VM's settings are common to all. */
export function machineSettings(home: string, name: string): SettingsStore {
  const common = settingsPath(home);
  return name === defaultMachine
    ? createSettingsStore(common)
    : createSettingsStore(machinePaths(home, name).settings, common);
}
