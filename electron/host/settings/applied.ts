import { createHash } from 'node:crypto';
import type { MachineStatus } from '../../api/machine.ts';
import { type Settings, settingsSchema } from '../../api/settings.ts';

/** Settings by name, as digests: enough to notice changes, without secrets. */
export type AppliedSettings = Readonly<Record<string, string>>;

/** The sleep and address settings are read when needed; all others apply at a start. */
const keys = settingsSchema.omit({ idleStopMinutes: true, containerNames: true }).keyof().options;
export type SettingsKey = (typeof keys)[number];

/** The applied settings of a VM that starts now, or that just got the settings in `which`. */
export function appliedSettings(
  settings: Settings,
  which: readonly SettingsKey[] = keys,
): AppliedSettings {
  return Object.fromEntries(which.map((key) => [key, digest(settings[key])]));
}

/** The settings that a running VM can adopt. */
const resources: readonly SettingsKey[] = ['cpus', 'memoryMiB', 'diskGiB'];

/** The resource settings that the running VM doesn't have yet. */
export function pendingResources(settings: Settings, status: MachineStatus): SettingsKey[] {
  return unlike(settings, status).filter((key) => resources.includes(key));
}

/**
 * The settings that need a restart of the running VM. None if an older version of Berth started it.
 */
export function pendingSettings(settings: Settings, status: MachineStatus): SettingsKey[] {
  const different = unlike(settings, status);
  return status.adjusting ? different.filter((key) => !resources.includes(key)) : different;
}

function unlike(settings: Settings, { state, applied }: MachineStatus): SettingsKey[] {
  if (!applied || (state !== 'running' && state !== 'starting')) return [];
  // An older version of Berth didn't have the keys that are missing.
  return keys.filter((key) => key in applied && applied[key] !== digest(settings[key]));
}

const digest = (value: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(value ?? null))
    .digest('base64url')
    .slice(0, 16);
