import { runProgram } from '../../base/process.ts';
import type { Qemu } from '../../hypervisor/discover.ts';

/**
 * QEMU's system call filter (seccomp, on Linux): an attacker who escapes from the VM can't start
 * programs or gain privileges. It denies nothing that our devices use.
 */
const sandbox = [
  '-sandbox',
  'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
];

/** The filter's arguments; empty if this QEMU or system doesn't support it. */
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
