import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { appSettingsPatchSchema, appSettingsSchema } from './app-settings.ts';
import { procedure } from './failure.ts';
import { proxySchema, settingsPatchSchema, settingsSchema } from './settings.ts';

export const settingsStateSchema = z.object({
  machine: settingsSchema,
  app: appSettingsSchema,
  /** The VM settings that take effect only after a restart. */
  pending: z.array(settingsSchema.keyof()),
  /** Why the VM's settings can't be read. In that case the defaults apply, and can't be changed. */
  problem: z.string().optional(),
});
export type SettingsState = z.infer<typeof settingsStateSchema>;

/** A patch of the settings. Null removes a choice. */
const machinePatchSchema = settingsPatchSchema.extend({ proxy: proxySchema.nullish() });
export type MachinePatch = z.infer<typeof machinePatchSchema>;

export const settingsProcedures = {
  /** All settings, and again after each change by anyone. */
  watch: procedure.output(eventIterator(settingsStateSchema)),
  /** Fails with 'invalid', changing nothing, when a value is not allowed. */
  updateMachine: procedure.input(machinePatchSchema).output(z.void()),
  updateApp: procedure.input(appSettingsPatchSchema).output(z.void()),
};
