import { existsSync } from 'node:fs';
import { type Hypervisor, type HypervisorChoice, hypervisorSchema } from '../../api/settings.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { readLaunch } from '../home/launch-record.ts';
import { dataDiskPaths, type MachinePaths, rawDataDisk } from '../home/paths.ts';
import { savedLaunch } from '../home/saved-state.ts';
import { type DriverEntry, type DriverHost, drivers } from './drivers.ts';
import { recordedProcess } from './hypervisor-process.ts';

const log = loggerOf('drivers');

/** The driver of one VM, and the files that it uses. */
export interface SelectedDriver {
  readonly name: Hypervisor;
  readonly create: DriverEntry['create'];
  readonly paths: MachinePaths;
}

/** The drivers by name; tests replace them. */
export type Drivers = Partial<Record<Hypervisor, DriverEntry>>;

/** A host, and the files of the VM to run. */
export interface SelectionContext extends DriverHost {
  readonly paths: MachinePaths;
}

/**
 * Chooses the driver of a VM: the one that already runs it, then the user's choice, then the one
 * whose data disk or saved state exists, then the host's best. Rejects with HostError 'invalid' or
 * 'missing-program' if the host can't use the user's choice, or if that driver can't read the data
 * disk.
 */
export async function selectDriver(
  context: SelectionContext,
  choice: HypervisorChoice,
  all: Drivers = drivers,
): Promise<SelectedDriver> {
  const { paths } = context;
  const select = (name: Hypervisor): SelectedDriver => {
    const entry = required(all, name);
    return { name, create: entry.create, paths: pathsFor(entry, paths) };
  };
  const running = await runningDriver(paths);
  if (running && all[running]) return select(running);

  const diskOf = (name: Hypervisor) => pathsFor(required(all, name), paths).dataDisk;
  const names = hypervisorSchema.options.filter((name) => all[name]);
  const owners = names.filter((name) => existsSync(diskOf(name)));
  if (choice !== 'auto') {
    const obstacle = all[choice] ? await all[choice].obstacle(context) : absent(choice);
    if (obstacle) throw obstacle;
    const [owner] = owners;
    if (owner && !owners.includes(choice)) throw otherDisk(choice, owner, diskOf(owner));
    return select(choice);
  }

  const candidates = names.filter((name) => owners.length === 0 || owners.includes(name));
  const saved = await savedDriver(paths);
  const ordered = (await preferred(candidates, all, context)).sort(
    (a, b) => Number(b === saved) - Number(a === saved),
  );
  let first: HostError | undefined;
  for (const name of ordered) {
    const obstacle = await required(all, name).obstacle(context);
    if (!obstacle) return select(name);
    log.info(`Not using ${name}: ${obstacle.message}`);
    first ??= obstacle;
  }
  throw first ?? absent(owners[0] ?? 'qemu');
}

/** The same drivers, the host's best first. */
async function preferred(
  candidates: readonly Hypervisor[],
  all: Drivers,
  host: DriverHost,
): Promise<Hypervisor[]> {
  if (candidates.length < 2) return [...candidates];
  const isPreferred = new Set<Hypervisor>();
  for (const name of candidates) {
    if (await all[name]?.isPreferred(host)) isPreferred.add(name);
  }
  // In this order, because QEMU is the last resort of every host.
  const order: readonly Hypervisor[] = ['hyperv', 'vfkit', 'qemu'];
  const rank = (name: Hypervisor) => order.indexOf(name) + (isPreferred.has(name) ? 0 : 10);
  return candidates.toSorted((a, b) => rank(a) - rank(b));
}

function required(all: Drivers, name: Hypervisor): DriverEntry {
  const entry = all[name];
  if (!entry) throw absent(name);
  return entry;
}

function absent(name: Hypervisor): HostError {
  return new HostError('invalid', `This version of Berth has no driver for ${name}`, {
    hint: 'Set `hypervisor` to "auto" in the settings.',
  });
}

function otherDisk(choice: Hypervisor, owner: Hypervisor, disk: string): HostError {
  return new HostError('invalid', `${choice} can't use this VM's data disk, ${disk}`, {
    hint: `Set \`hypervisor\` to "${owner}" or "auto" in the settings. To use ${choice}, create another VM with \`berth machine create\`.`,
  });
}

/** The VM's files, with the driver's data disk. */
const pathsFor = ({ dataDisk = rawDataDisk }: DriverEntry, paths: MachinePaths): MachinePaths => ({
  ...paths,
  ...dataDiskPaths(paths.directory, dataDisk),
});

/** The driver whose process runs the VM now, if any. */
async function runningDriver(paths: MachinePaths): Promise<Hypervisor | undefined> {
  if ((await recordedProcess(paths.hypervisorPid)) === undefined) return undefined;
  const launch = await log.attempt('Reading how the VM was launched', readLaunch(paths));
  // Then the data disk tells. Versions that didn't record the driver had only QEMU.
  if (!launch && !existsSync(paths.dataDisk)) return undefined;
  return hypervisorSchema.safeParse(launch?.driver ?? 'qemu').data;
}

/** The driver that can resume the suspended VM, if there is one. */
async function savedDriver(paths: MachinePaths): Promise<Hypervisor | undefined> {
  const launch = await log.attempt('Reading the saved state', savedLaunch(paths));
  return launch && hypervisorSchema.safeParse(launch.driver ?? 'qemu').data;
}
