import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLanes, type Step } from './lanes.ts';

/**
 * The checks of `build/check`. The VM waits often, so its tests run beside those of the host. Programs that
 * the host has only once, such as wine, stay in one lane.
 */
const checkout = join(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;
const isX64 = process.arch === 'x64';
const hasElectron =
  Boolean(process.env.BERTH_TEST_ELECTRON) ||
  existsSync(join(checkout, 'node_modules/electron/dist/electron'));

const npmRun = (name: string, script: string, skipped?: string | false): Step => ({
  name,
  command: ['npm', 'run', '--silent', ...script.split(' ')],
  ...(skipped !== undefined && { skipped }),
});

const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
const debianPackage = `dist/installers/berth_${version}_${isX64 ? 'amd64' : 'arm64'}.deb`;
// The package is installed in a throw-away copy of this system.
const noPackage = !(isRoot && hasElectron) && 'it needs root and Electron';
// QEMU logs the writes to the disk, and serves the disk through FUSE.
const noLoggedDisk =
  !(isRoot && existsSync('/dev/fuse') && existsSync('/usr/bin/qemu-storage-daemon')) &&
  'it needs root, FUSE and qemu-utils';
// Wine runs in a root of its own.
const noWine = !(isRoot && isX64) && 'it needs root and an x86-64 host';

const host: Step[] = [
  npmRun('lint', 'lint'),
  npmRun('unit tests', 'test:unit'),
  npmRun('integration tests', 'test:integration'),
  // The engine runs in namespaces of this host.
  npmRun('tests of the engine', 'test:engine', !isRoot && 'their engine needs root'),
  npmRun('Dev Containers', 'test:devcontainers', !isRoot && 'their engine needs root'),
  npmRun('pods of Kubernetes', 'test:kubernetes', !isRoot && 'their engine needs root'),
  npmRun('kills during operations', 'faults -- --kills 5', !isRoot && 'their engine needs root'),
  npmRun('system calls that fail', 'faults -- --errors 8', !isRoot && 'their engine needs root'),
  npmRun('power cuts of the data disk', 'faults -- --power-cuts 8', noLoggedDisk),
  npmRun('orphans of each kind', 'faults -- --orphans', !isRoot && 'their engine needs root'),
  npmRun(
    'an engine under pressure',
    'pressure -- --slack 10 --scale 0.02 --only logs --only cut-connections --only cycles',
    !isRoot && 'the engine needs root',
  ),
  npmRun(
    'hostile archives and registries',
    'hostile -- --quick --slack 10',
    !isRoot && 'their engine needs root',
  ),
  npmRun('boundaries', 'boundary -- --quick', !isRoot && 'its engine needs root'),
  npmRun('the app in Electron', 'test:electron'),
  npmRun('unit tests of Windows programs, under wine', 'test:win32 -- --platform', noWine),
  npmRun('Windows programs and a real VM, under wine', 'test:win32-machine', noWine),
  npmRun('making the Debian package', 'package -- deb', noPackage),
  {
    name: 'installing, starting and removing the Debian package',
    command: ['test/package/deb.sh', debianPackage],
    skipped: noPackage,
  },
];

const vm: Step[] = [
  npmRun('tests in a real VM', 'test:e2e'),
  npmRun('tests of the user interface', 'test:ui'),
  npmRun(
    'a VM with UEFI and the disks of Hyper-V',
    'test:uefi',
    !isX64 && 'it needs an x86-64 host',
  ),
];

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interrupted.abort());
}
process.chdir(checkout);
const print = (text: string) => process.stdout.write(text);
if (!(await runLanes([host, vm], print, interrupted.signal))) process.exitCode = 1;
