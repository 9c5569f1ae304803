import { createHash } from 'node:crypto';
import type { MachineStatus } from '../../api/machine.ts';
import { type Settings, settingsSchema } from '../../api/settings.ts';

/** Settings by name, as digests: enough to see what changed, and no secret among them. */
export type AppliedSettings = Readonly<Record<string, string>>;

/** Rest and names are looked up whenever they are due; everything else belongs to a start. */
const keys = settingsSchema.omit({ idleStopMinutes: true, containerNames: true }).keyof().options;
export type SettingsKey = (typeof keys)[number];

/** What a machine that starts now starts with. */
export function appliedSettings(settings: Settings): AppliedSettings {
  return Object.fromEntries(keys.map((key) => [key, digest(settings[key])]));
}

/** What the running machine does not have yet. None for one that was started by an older Berth. */
export function pendingSettings(settings: Settings, status: MachineStatus): SettingsKey[] {
  const { state, applied } = status;
  if (!applied || (state !== 'running' && state !== 'starting')) return [];
  return keys.filter((key) => applied[key] !== digest(settings[key]));
}

const digest = (value: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(value ?? null))
    .digest('base64url')
    .slice(0, 16);
