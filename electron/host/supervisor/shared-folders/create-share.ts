import type { ShareTransport } from '../../../../guest-agent/contract/shares.ts';
import type { PlannedShare } from './plan.ts';
import { sftpShare } from './sftp/share.ts';
import type { Share } from './share.ts';

/** A device of the hypervisor's, which serves it by itself (supervisor/qemu/devices.ts). */
const deviceShare = (folder: PlannedShare): Share => ({ folder, serve: async () => {} });

/** Every way there is. */
const transports = {
  '9p': deviceShare,
  sftp: sftpShare,
} satisfies Record<ShareTransport, (folder: PlannedShare) => Share>;

export const createShare = (folder: PlannedShare): Share => transports[folder.transport](folder);
