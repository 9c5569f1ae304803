import * as z from 'zod';

/** What a user chooses for the app itself. It takes effect at once. */
export const appSettingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  /** A font family of this computer; empty for the system's usual one. */
  terminalFont: z
    .string()
    .max(100)
    .regex(/^[^;{}"\\]*$/),
  /** Pixels. */
  terminalFontSize: z.number().int().min(8).max(32),
  /** Look for new versions of the app without being asked. */
  automaticUpdates: z.boolean(),
  /** Show what happens as the system's own notifications, where there is a desktop app. */
  nativeNotices: z.boolean(),
  /** Start a machine again that ended by itself while the app is open. */
  restartMachine: z.boolean(),
  /** The first steps were taken, or skipped. */
  onboarded: z.boolean(),
});
export type AppSettings = z.infer<typeof appSettingsSchema>;

export const appSettingsPatchSchema = appSettingsSchema.partial();
export type AppSettingsPatch = z.infer<typeof appSettingsPatchSchema>;
