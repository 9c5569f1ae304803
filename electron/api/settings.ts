import { z } from 'zod';

/** A folder of this computer that containers may mount, or mount folders of. */
export const sharedFolderSettingSchema = z.object({
  path: z.string().regex(/^(\/|[A-Za-z]:[\\/])/, 'must be an absolute path'),
  readOnly: z.boolean().default(false),
});
export type SharedFolderSetting = z.infer<typeof sharedFolderSettingSchema>;

/**
 * What a user chooses for the machine. It takes effect on the next start; the disk only ever
 * grows.
 */
export const settingsSchema = z.object({
  cpus: z.number().int().min(1).max(256),
  memoryMiB: z.number().int().min(512),
  /** Upper bound of the data disk; the file on the host grows as it is used. */
  diskGiB: z.number().int().min(4).max(4096),
  /** `host[:port]` of registries that need no known certificate, and may speak plain HTTP. */
  insecureRegistries: z.array(
    z.string().regex(/^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/),
  ),
  /** Each takes a device of the machine: hence the limit. */
  sharedFolders: z.array(sharedFolderSettingSchema).max(16),
});
export type Settings = z.infer<typeof settingsSchema>;

/** A change of some settings; keys that are left out stay as they are. */
export const settingsPatchSchema = settingsSchema.partial();
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
