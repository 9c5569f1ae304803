import type { ShareTransport } from '../../../../guest-agent/contract/shares.ts';
import { runProgram } from '../../base/process.ts';
import type { Qemu } from '../../hypervisor/discover.ts';

/**
 * 9p if this QEMU supports it, which it doesn't on Windows. `BERTH_SHARING=sftp` disables 9p, and
 * `BERTH_SHARING=fuse` chooses Berth's own file server.
 */
export async function shareTransport(
  qemu: Qemu,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ShareTransport> {
  const chosen = environment.BERTH_SHARING;
  if (chosen === 'sftp' || chosen === 'fuse') return chosen;
  const { code } = await runProgram(qemu.program, ['-device', 'virtio-9p-pci,help']);
  return code === 0 ? '9p' : 'sftp';
}
