import { join } from 'node:path';
import { EngineError } from '../../errors.ts';
import { linuxNetworkDriver } from '../../network/driver.ts';
import { HostPorts } from '../../network/host-ports.ts';
import { MonitorWatch } from '../../runtime/conmon/monitor-watch.ts';
import { Crun } from '../../runtime/crun.ts';
import { Directories } from '../../runtime/directories.ts';
import { linuxMounts } from '../../runtime/mounts/mounts.ts';
import { linuxProcesses } from '../../runtime/process/processes.ts';
import { OpenFolders } from '../../shares/open-folders.ts';
import { Shares } from '../../shares/shares.ts';
import { Damage } from '../../store/damage.ts';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';
import { ContainerCollection } from '../containers/record/collection.ts';
import { type ContainerRecord, initialState } from '../containers/record/container.ts';
import { ExecCollection } from '../containers/record/exec-collection.ts';
import { containerConfigSchema, hostConfigSchema } from '../containers/request/config.ts';
import type { Engine } from '../engine.ts';
import { EventBus } from '../events.ts';
import { Networks } from '../networks/networks.ts';
import { Volumes } from '../volumes/volumes.ts';

/** An engine in its own directory, for tests that need neither images nor the runtime. */
export async function testEngine(directory: string): Promise<Engine> {
  const directories = new Directories(join(directory, 'data'), join(directory, 'run'));
  const events = new EventBus();
  const damage = new Damage(() => {});
  const containers = new ContainerCollection(directories.containerRecords, damage);
  const shares = new Shares(undefined);
  const volumes = new Volumes(directories.volumes, events, damage, shares);
  const driver = linuxNetworkDriver(directories.netavark);
  const networks = new Networks(directories.networkRecords, driver, damage);
  await Promise.all([containers.load(), networks.load(), volumes.load()]);
  return {
    ...{ directories, containers, networks, volumes, events, damage },
    execs: new ExecCollection(),
    hostPorts: new HostPorts(),
    shares,
    openFolders: new OpenFolders(() => {}),
    images: {
      resolve: () => {
        throw new EngineError('not-found', 'there are no images here');
      },
      hold: () => ({ [Symbol.dispose]: () => {} }),
    },
    layers: new MemoryLayers(),
    crun: new Crun(directories),
    processes: linuxProcesses(directories),
    mounts: linuxMounts,
    monitors: new MonitorWatch(() => {}, 50),
    seccompProfile: { defaultAction: 'SCMP_ACT_ERRNO', syscalls: [] },
    bootId: 'this-boot',
    log: () => {},
  };
}

/** The record of a container that was created with `host` and is in a given state. */
export function testRecord(
  state: Partial<ContainerRecord['state']> = {},
  host: object = {},
  config: object = {},
): ContainerRecord {
  return {
    id: 'a'.repeat(64),
    name: 'calm_otter',
    createdAt: '2026-01-01T00:00:00.000Z',
    image: 'sha256:1',
    layers: [],
    config: containerConfigSchema.parse({ Hostname: 'box', ...config }),
    hostConfig: hostConfigSchema.parse(host),
    argv: ['sh'],
    mounts: [],
    endpoints: {},
    publishedPorts: [],
    state: { ...initialState, ...state },
  };
}
