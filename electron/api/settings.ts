import * as z from 'zod';

/** A folder of this computer that containers may mount, or mount folders of. */
export const sharedFolderSettingSchema = z.object({
  path: z.string().regex(/^(\/|[A-Za-z]:[\\/])/, 'must be an absolute path'),
  readOnly: z.boolean().default(false),
});
export type SharedFolderSetting = z.infer<typeof sharedFolderSettingSchema>;

/** The address of a server, with nothing behind its port. */
const serverUrl = z
  .url({ protocol: /^https?$/, error: 'Expected an http:// or https:// address' })
  .refine((text) => /^\w+:\/\/[^/?#]+\/?$/.test(text), {
    error: 'The address must end after the host and port',
  });

/** A way out through proxies, as the variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY describe it. */
export const proxySchema = z.object({
  /** For http:// addresses. */
  http: serverUrl.optional(),
  /** For https:// addresses. */
  https: serverUrl.optional(),
  /** What is reached without them: host names with their subdomains, addresses, CIDRs, or `*`. */
  exclude: z.array(z.string().regex(/^[^\s,]+$/)),
});
export type ProxySettings = z.infer<typeof proxySchema>;

/**
 * What may run the machine's processors. `auto`: the host's own accelerator if it works, otherwise
 * emulation. An accelerator: that one or no start. `emulation`: no accelerator.
 */
export const acceleratorChoiceSchema = z.enum(['auto', 'kvm', 'hvf', 'whpx', 'emulation']);
export type AcceleratorChoice = z.infer<typeof acceleratorChoiceSchema>;

/** One that a system has. */
export const nativeAcceleratorSchema = acceleratorChoiceSchema.exclude(['auto', 'emulation']);
export type NativeAccelerator = z.infer<typeof nativeAcceleratorSchema>;

/**
 * What a user chooses for the machine. It takes effect on the next start, resources at once where
 * they can; the disk only ever grows.
 */
export const settingsSchema = z.object({
  cpus: z.number().int().min(1).max(256),
  memoryMiB: z.number().int().min(512),
  /** Upper bound of the data disk; the file on the host grows as it is used. */
  diskGiB: z.number().int().min(4).max(4096),
  accelerator: acceleratorChoiceSchema,
  /** After how long without containers and callers the machine stops by itself; 0: never. */
  idleStopMinutes: z
    .number()
    .min(0)
    .max(24 * 60),
  /** `host[:port]` of registries that need no known certificate, and may speak plain HTTP. */
  insecureRegistries: z.array(
    z.string().regex(/^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/),
  ),
  /** Each takes a device of the machine: hence the limit. */
  sharedFolders: z.array(sharedFolderSettingSchema).max(16),
  /** Registries that are asked for Docker Hub's images before Docker Hub is. */
  registryMirrors: z.array(
    serverUrl.refine((text) => !text.includes('@'), {
      error: 'The address must not hold a user name or password: log in with berth login instead',
    }),
  ),
  /** Left out, the proxies are those of the host's environment when the machine starts. */
  proxy: proxySchema.optional(),
  /** Whether registries are trusted whose certificates the host trusts. */
  hostCertificates: z.boolean(),
  /** PEM files on the host with further authorities to trust. */
  caCertificates: z.array(z.string().min(1)),
  /**
   * What containers that serve the web are called on this computer: `NAME.berth.localhost`, where
   * the system has a way also `NAME.berth.local`, or nothing.
   */
  containerNames: z.enum(['local', 'localhost', 'off']),
});
export type Settings = z.infer<typeof settingsSchema>;

/** A change of some settings; keys that are left out stay as they are. */
export const settingsPatchSchema = settingsSchema.partial();
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
