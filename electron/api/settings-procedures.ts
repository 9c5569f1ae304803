import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { appSettingsPatchSchema, appSettingsSchema } from './app-settings.ts';
import { procedure } from './failure.ts';
import { proxySchema, settingsPatchSchema, settingsSchema } from './settings.ts';

export const settingsStateSchema = z.object({
  machine: settingsSchema,
  app: appSettingsSchema,
  /** Of the machine's settings, those that it takes over only when it is restarted. */
  pending: z.array(settingsSchema.keyof()),
  /** Why the machine's settings cannot be read; then they are the defaults, and cannot be changed. */
  problem: z.string().optional(),
});
export type SettingsState = z.infer<typeof settingsStateSchema>;

/** As the settings' own patch; a choice that is given up is null, for the want of another word. */
const machinePatchSchema = settingsPatchSchema.extend({ proxy: proxySchema.nullish() });
export type MachinePatch = z.infer<typeof machinePatchSchema>;

export const settingsProcedures = {
  /** All settings, and again whenever they change, whoever changed them. */
  watch: procedure.output(eventIterator(settingsStateSchema)),
  /** Fails with 'invalid', changing nothing, when a value is not allowed. */
  updateMachine: procedure.input(machinePatchSchema).output(z.void()),
  updateApp: procedure.input(appSettingsPatchSchema).output(z.void()),
};
