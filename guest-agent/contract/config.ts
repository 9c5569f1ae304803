import * as z from 'zod';
import { sharesSchema } from './shares.ts';

/**
 * The document on the config disk: everything that the guest learns from the host before SSH is
 * up. One JSON text, UTF-8, padded with NUL bytes. The init script reads `hostname` and `ssh`, the
 * data disk's script `dataDisk.blank`; the agent reads the rest.
 */
export const guestConfigSchema = z.object({
  version: z.literal(1),
  hostname: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/),
  ssh: z.object({
    /** Public keys that may log in, in `authorized_keys` form. */
    authorizedKeys: z.array(z.string().min(1)).min(1),
    /** The guest's own host key: an OpenSSH private key, PEM. The host pins its public half. */
    hostKey: z.string().min(1),
  }),
  registries: z.object({
    /** `host[:port]` of registries that may be spoken to over plain HTTP. */
    insecure: z.array(z.string()),
    /** Addresses of registries that are asked for Docker Hub's images before Docker Hub is. */
    mirrors: z.array(z.string()).default([]),
    /** What single registries are trusted by, and shown, by `host[:port]` or `host` and port joined. */
    certificates: z
      .record(
        z.string(),
        z.object({
          /** PEM. */
          authorities: z.array(z.string()),
          clients: z.array(z.object({ certificate: z.string(), key: z.string() })),
        }),
      )
      .default({}),
  }),
  /**
   * The way out of the host's network. A proxy on the host itself is at one of `hostNames`
   * (contract/host-names.ts).
   */
  proxy: z
    .object({
      /** For http:// and https:// addresses; URLs, with user and password where it wants them. */
      http: z.string().optional(),
      https: z.string().optional(),
      /** What is reached without: an entry of NO_PROXY each. */
      exclude: z.array(z.string()),
    })
    .default({ exclude: [] }),
  /** Authorities to trust beside Node's own, PEM. */
  certificates: z.array(z.string()).default([]),
  /** What the host knows of the data disk. */
  dataDisk: z
    .object({
      /** The host made it, and no engine has ever answered with it: it may be formatted. */
      blank: z.boolean(),
      /** Its format; absent while a change of format has begun and isn't done. */
      format: z.number().int().min(1).optional(),
    })
    .default({ blank: false }),
  /** Folders of the host. Without it there is no host, and paths are the engine's own. */
  shares: sharesSchema.optional(),
});

export type GuestConfig = z.infer<typeof guestConfigSchema>;
