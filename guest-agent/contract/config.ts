import * as z from 'zod';
import { sharesSchema } from './shares.ts';

/**
 * The document on the config disk: all that the guest learns from the host before SSH is up. JSON
 * in UTF-8, padded with NUL bytes. The init script reads `hostname` and `ssh`, the data disk's
 * script reads `dataDisk.blank`, and the agent reads the other fields.
 */
export const guestConfigSchema = z.object({
  version: z.literal(1),
  hostname: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/),
  ssh: z.object({
    /** Public keys that can log in, in the format of `authorized_keys`. */
    authorizedKeys: z.array(z.string().min(1)).min(1),
    /** The guest's own host key: an OpenSSH private key in PEM. The host pins its public half. */
    hostKey: z.string().min(1),
  }),
  registries: z.object({
    /** `host[:port]` of registries that Berth can reach over plain HTTP. */
    insecure: z.array(z.string()),
    /** Addresses of mirrors that Berth tries before Docker Hub, for Docker Hub's images. */
    mirrors: z.array(z.string()).default([]),
    /**
     * Certificates for single registries: authorities to trust, and certificates to present. By
     * `host[:port]`, or by host and port joined.
     */
    certificates: z
      .record(
        z.string(),
        z.object({
          /** In PEM. */
          authorities: z.array(z.string()),
          clients: z.array(z.object({ certificate: z.string(), key: z.string() })),
        }),
      )
      .default({}),
  }),
  /**
   * The proxy of the host's network. A proxy on the host itself has one of `hostNames` as its
   * address (contract/host-names.ts).
   */
  proxy: z
    .object({
      /**
       * URLs of the proxies for http:// and https:// addresses, with user and password if needed.
       */
      http: z.string().optional(),
      https: z.string().optional(),
      /** Hosts that Berth reaches without the proxy, each an entry of NO_PROXY. */
      exclude: z.array(z.string()),
    })
    .default({ exclude: [] }),
  /** Authorities to trust in addition to Node's own, in PEM. */
  certificates: z.array(z.string()).default([]),
  /** `hostIp` is the address for published ports without one; empty means all addresses. */
  ports: z.object({ hostIp: z.string() }).default({ hostIp: '' }),
  /** Whether containers can connect to the host. */
  host: z.object({ access: z.enum(['all', 'none']) }).default({ access: 'all' }),
  /** What the host knows about the data disk. */
  dataDisk: z
    .object({
      /** The host created the disk, and no engine has ever used it, so the guest can format it. */
      blank: z.boolean(),
      /** Its format. Not set while a migration has begun and isn't finished. */
      format: z.number().int().min(1).optional(),
    })
    .default({ blank: false }),
  /** The host's shared folders. Without them, paths in mounts are the engine's own. */
  shares: sharesSchema.optional(),
});

export type GuestConfig = z.infer<typeof guestConfigSchema>;
