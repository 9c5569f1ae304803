import * as z from 'zod';

/** A host folder. Containers may mount it and the folders in it. */
export const sharedFolderSettingSchema = z.object({
  path: z.string().regex(/^(\/|[A-Za-z]:[\\/])/, 'must be an absolute path'),
  readOnly: z.boolean().default(false),
});
export type SharedFolderSetting = z.infer<typeof sharedFolderSettingSchema>;

/** The address of a server, with nothing after its port. */
const serverUrl = z
  .url({ protocol: /^https?$/, error: 'Expected an http:// or https:// address' })
  .refine((text) => /^\w+:\/\/[^/?#]+\/?$/.test(text), {
    error: 'The address must end after the host and port',
  });

/** Proxies, as the variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY describe them. */
export const proxySchema = z.object({
  /** For http:// addresses. */
  http: serverUrl.optional(),
  /** For https:// addresses. */
  https: serverUrl.optional(),
  /** Hosts without proxy: host names including their subdomains, addresses, CIDRs, or `*`. */
  exclude: z.array(z.string().regex(/^[^\s,]+$/)),
});
export type ProxySettings = z.infer<typeof proxySchema>;

/**
 * What runs the VM's processors. `auto`: the host's own accelerator if it works, otherwise
 * emulation. An accelerator: only that one. `emulation`: no accelerator.
 */
export const acceleratorChoiceSchema = z.enum(['auto', 'kvm', 'hvf', 'whpx', 'emulation']);
export type AcceleratorChoice = z.infer<typeof acceleratorChoiceSchema>;

/** An accelerator of a system. */
export const nativeAcceleratorSchema = acceleratorChoiceSchema.exclude(['auto', 'emulation']);
export type NativeAccelerator = z.infer<typeof nativeAcceleratorSchema>;

/**
 * The program that runs the VM. `auto`: the best one that this host has. Read when the VM's
 * background process starts.
 */
export const hypervisorChoiceSchema = z.enum(['auto', 'qemu', 'hyperv', 'vfkit']);
export type HypervisorChoice = z.infer<typeof hypervisorChoiceSchema>;

/** A driver of VMs. */
export const hypervisorSchema = hypervisorChoiceSchema.exclude(['auto']);
export type Hypervisor = z.infer<typeof hypervisorSchema>;

/**
 * The user's settings for the VM. They take effect at the next start, resources at once where
 * possible. The disk never shrinks.
 */
export const settingsSchema = z.object({
  cpus: z.number().int().min(1).max(256),
  memoryMiB: z.number().int().min(512),
  /** Upper bound of the data disk; the file on the host grows as it is used. */
  diskGiB: z.number().int().min(4).max(4096),
  hypervisor: hypervisorChoiceSchema,
  accelerator: acceleratorChoiceSchema,
  /** Idle minutes, without containers and callers, before the VM stops; 0: never. */
  idleStopMinutes: z
    .number()
    .min(0)
    .max(24 * 60),
  /** `host[:port]` of registries that may use any certificate, or plain HTTP. */
  insecureRegistries: z.array(
    z.string().regex(/^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/),
  ),
  /** Each folder takes a device of the VM: hence the limit. */
  sharedFolders: z.array(sharedFolderSettingSchema).max(16),
  /** Registries to try before Docker Hub. */
  registryMirrors: z.array(
    serverUrl.refine((text) => !text.includes('@'), {
      error:
        'The address must not contain a user name or password: log in with berth login instead',
    }),
  ),
  /** If absent, the proxies of the host's environment when the VM starts. */
  proxy: proxySchema.optional(),
  /** Whether to trust the certificate authorities that the host trusts. */
  hostCertificates: z.boolean(),
  /** PEM files on the host with more authorities to trust. */
  caCertificates: z.array(z.string().min(1)),
  /**
   * The domains of containers that serve the web: `NAME.berth.localhost`, also `NAME.berth.local`
   * if the system supports that, or none.
   */
  containerNames: z.enum(['local', 'localhost', 'off']),
  /** The host's addresses for published ports whose `-p` names none: all, or only 127.0.0.1. */
  publishedPorts: z.enum(['all', 'localhost']),
  /** Which containers can connect to the host, as `host.docker.internal`. */
  hostAccess: z.enum(['all', 'none']),
});
export type Settings = z.infer<typeof settingsSchema>;

/** A change of some settings. Absent keys don't change. */
export const settingsPatchSchema = settingsSchema.partial();
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
