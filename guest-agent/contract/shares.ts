import * as z from 'zod';

/**
 * How the guest mounts a folder of the host: as a QEMU device, with SFTP over the connection, or with Berth's own
 * file server over the connection (contract/fuse).
 */
export const shareTransportSchema = z.enum(['9p', 'sftp', 'fuse']);
export type ShareTransport = z.infer<typeof shareTransportSchema>;

/** One shared folder of the host. */
export const sharedFolderSchema = z.object({
  /** The name of the device, and of the folder's mount point below `guestPaths.shares`. */
  tag: z.string().regex(/^[a-z0-9-]{1,31}$/),
  /** The path on the host (contract/host-path.ts). */
  hostPath: z.string().startsWith('/'),
  readOnly: z.boolean(),
  transport: shareTransportSchema,
  /**
   * Paths in the folder that aren't shared with it (contract/withheld.ts). The host's SFTP server hides them.
   * QEMU's 9p can't, so the host serves the folder in both ways, and the guest mounts over SFTP what
   * contains such a path.
   */
  withheld: z.array(z.string()).exactOptional(),
});
export type SharedFolder = z.infer<typeof sharedFolderSchema>;

/** The host's folders that the guest can mount. */
export const sharesSchema = z.object({
  /** Whether the host's paths may begin with a drive. */
  windows: z.boolean(),
  /** Whether the host's file systems treat `A` and `a` as the same name. */
  ignoresCase: z.boolean(),
  folders: z.array(sharedFolderSchema),
  /**
   * The paths of the engine's socket on the host (contract/host-path.ts). A container that mounts
   * one of them gets the engine's socket in the guest.
   */
  engineSockets: z.array(z.string()).exactOptional(),
});
export type SharesConfig = z.infer<typeof sharesSchema>;
