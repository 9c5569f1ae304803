import { createHash } from 'node:crypto';
import type { MachineStatus } from '../../api/machine.ts';
import { type Settings, settingsSchema } from '../../api/settings.ts';

/** Settings by name, as digests: enough to see what changed, and no secret among them. */
export type AppliedSettings = Readonly<Record<string, string>>;

/** Rest and names are looked up whenever they are due; everything else belongs to a start. */
const keys = settingsSchema.omit({ idleStopMinutes: true, containerNames: true }).keyof().options;
export type SettingsKey = (typeof keys)[number];

/** Of what a machine has that starts now, or takes over just `which` of the settings. */
export function appliedSettings(
  settings: Settings,
  which: readonly SettingsKey[] = keys,
): AppliedSettings {
  return Object.fromEntries(which.map((key) => [key, digest(settings[key])]));
}

/** What a running machine may be given at once. */
const resources: readonly SettingsKey[] = ['cpus', 'memoryMiB', 'diskGiB'];

/** The resources that the running machine does not have yet. */
export function pendingResources(settings: Settings, status: MachineStatus): SettingsKey[] {
  return unlike(settings, status).filter((key) => resources.includes(key));
}

/**
 * What the running machine gets only when it is restarted. None for one that was started by an
 * older Berth.
 */
export function pendingSettings(settings: Settings, status: MachineStatus): SettingsKey[] {
  const different = unlike(settings, status);
  return status.adjusting ? different.filter((key) => !resources.includes(key)) : different;
}

function unlike(settings: Settings, { state, applied }: MachineStatus): SettingsKey[] {
  if (!applied || (state !== 'running' && state !== 'starting')) return [];
  return keys.filter((key) => applied[key] !== digest(settings[key]));
}

const digest = (value: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(value ?? null))
    .digest('base64url')
    .slice(0, 16);
