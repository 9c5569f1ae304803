/**
 * The unit tests whose code depends on the system: paths, pipes, processes and files. `build/check` runs only
 * these under wine. Arguments of Vitest: parts of the files' paths.
 */
export const platformDependent = [
  'electron/cli/commands/image/',
  ...below('electron/host', [
    ...['archive', 'base', 'build', 'buildkit', 'credentials', 'docker-cli', 'engine', 'home'],
    ...['hypervisor', 'install', 'local-files', 'logs', 'machine', 'ports', 'settings', 'shell'],
    'uninstall',
  ]),
  ...below('electron/host/supervisor', ['bridge', 'domains', 'ports', 'shared-folders']),
  // The other tests of drivers take minutes, with a stand-in for PowerShell or QEMU.
  'electron/host/supervisor/qemu/exit.test.ts',
  'electron/host/supervisor/qemu/open-log.test.ts',
  'electron/host/supervisor/qemu/qmp.test.ts',
  'guest-agent/contract/',
];

function below(folder: string, names: readonly string[]): string[] {
  return names.map((name) => `${folder}/${name}/`);
}
