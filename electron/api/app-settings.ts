import * as z from 'zod';

/** The user's settings for the app itself. They take effect at once. */
export const appSettingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  /** A font family installed on the host; empty for the system's font. */
  terminalFont: z
    .string()
    .max(100)
    .regex(/^[^;{}"\\]*$/),
  /** Pixels. */
  terminalFontSize: z.number().int().min(8).max(32),
  /** Check for new versions of the app automatically. */
  automaticUpdates: z.boolean(),
  /** Show events as system notifications, in the desktop app. */
  nativeNotices: z.boolean(),
  /** Restart a VM that ended unexpectedly while the app is open. */
  restartMachine: z.boolean(),
  /** The user has taken or skipped the first steps. */
  onboarded: z.boolean(),
});
export type AppSettings = z.infer<typeof appSettingsSchema>;

export const appSettingsPatchSchema = appSettingsSchema.partial();
export type AppSettingsPatch = z.infer<typeof appSettingsPatchSchema>;
