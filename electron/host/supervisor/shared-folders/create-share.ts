import type { ShareTransport } from '../../../../guest-agent/contract/shares.ts';
import { fuseShare } from './fuse/share.ts';
import type { PlannedShare } from './plan.ts';
import { sftpShare } from './sftp/share.ts';
import type { Share } from './share.ts';

/** A device that the hypervisor serves (supervisor/qemu/devices.ts). */
const deviceShare = (folder: PlannedShare): Share => ({ folder, serve: async () => {} });

/** All transports. */
const transports = {
  '9p': deviceShare,
  sftp: sftpShare,
  fuse: fuseShare,
} satisfies Record<ShareTransport, (folder: PlannedShare) => Share>;

export const createShare = (folder: PlannedShare): Share => transports[folder.transport](folder);
