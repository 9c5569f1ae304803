import { runProgram } from '../../base/process.ts';
import type { Qemu } from '../../hypervisor/discover.ts';

/**
 * QEMU's filter of system calls (seccomp, on Linux): a guest that breaks out of its devices starts no
 * programs and gains no rights. None of what our devices do is denied.
 */
const sandbox = [
  '-sandbox',
  'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
];

/** The filter's arguments; none where this QEMU, or this system, does not have it. */
export async function sandboxArguments(qemu: Qemu, platform: NodeJS.Platform): Promise<string[]> {
  if (platform !== 'linux') return [];
  const { code } = await runProgram(
    qemu.program,
    [
      ...sandbox,
      ...['-machine', 'none', '-nodefaults', '-no-user-config', '-display', 'none', '-S'],
      ...['-qmp', 'stdio'],
    ],
    { input: '{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n' },
  );
  return code === 0 ? sandbox : [];
}
