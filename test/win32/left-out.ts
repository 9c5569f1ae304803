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
  'their suites need du, links and libc’s functions': [
    'electron/web/server.test.ts',
    'electron/main/**',
    'electron/host/screen/**',
    'guest-agent/testing/**',
  ],
  // The test with a real VM (machine.test.ts) covers a start, a killed supervisor and a stop.
  'their stand-ins for QEMU and the guest aren’t adapted to Windows yet': [
    'electron/host/supervisor/**',
    'electron/host/hypervisor/**',
  ],
};
