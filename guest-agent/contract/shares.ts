import * as z from 'zod';

/** How a folder of the host comes into the guest: a device of QEMU's, or SFTP over the connection. */
export const shareTransportSchema = z.enum(['9p', 'sftp']);
export type ShareTransport = z.infer<typeof shareTransportSchema>;

/** One shared folder of the host. */
export const sharedFolderSchema = z.object({
  /** Names the device, and the folder's mount point below `guestPaths.shares`. */
  tag: z.string().regex(/^[a-z0-9-]{1,31}$/),
  /** Where it is on the host (contract/host-path.ts). */
  hostPath: z.string().startsWith('/'),
  readOnly: z.boolean(),
  transport: shareTransportSchema,
});
export type SharedFolder = z.infer<typeof sharedFolderSchema>;

/** What the guest may mount of the host. */
export const sharesSchema = z.object({
  /** Its paths may begin with a drive. */
  windows: z.boolean(),
  /** Its file systems take `A` and `a` for one name. */
  ignoresCase: z.boolean(),
  folders: z.array(sharedFolderSchema),
});
export type SharesConfig = z.infer<typeof sharesSchema>;
