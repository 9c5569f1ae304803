/**
 * Files with unit tests that don't run as Windows programs, by why. Single tests are skipped beside the code,
 * with `test.skipIf(onWindows('reason'))`.
 */
export const leftOut: Readonly<Record<string, readonly string[]>> = {
  'Node has no terminal in wine': [
    'electron/cli/terminal.test.ts',
    'electron/host/shell/pty.test.ts',
  ],
  'the relay of the guest listens on a unix socket': ['electron/host/ports/udp-listener.test.ts'],
  'each of their tests starts several processes of Node, which takes too long in wine': [
    'electron/host/supervisor/supervisor.test.ts',
  ],
  'electron/main/message-port.test.ts runs the same suites': ['electron/web/server.test.ts'],
  'KVM is for Linux': [
    'electron/host/supervisor/qemu/broken-accelerator.test.ts',
    'electron/host/supervisor/qemu/misfit-state.test.ts',
  ],
  'vfkit is for macOS': [
    'electron/host/hypervisor/find-vfkit.test.ts',
    'electron/host/supervisor/vfkit/**',
  ],
  'Berth publishes no names in berth.local on Windows': [
    'electron/host/supervisor/domains/local-names.test.ts',
  ],
};
