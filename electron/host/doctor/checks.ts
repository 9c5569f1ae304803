import type { Check } from './check.ts';
import { acceleration } from './checks/acceleration.ts';
import { clock } from './checks/clock.ts';
import { commandOnPath } from './checks/command-on-path.ts';
import { containerNames } from './checks/container-names.ts';
import { dataDisk } from './checks/data-disk.ts';
import { diskSpace } from './checks/disk-space.ts';
import { dockerContext } from './checks/docker-context.ts';
import { dockerHostVariable } from './checks/docker-host.ts';
import { engine } from './checks/engine.ts';
import { ownFiles } from './checks/file-ownership.ts';
import { image } from './checks/image.ts';
import { lastStart } from './checks/last-start.ts';
import { logs } from './checks/logs.ts';
import { memory } from './checks/memory.ts';
import { names } from './checks/names.ts';
import { permissions } from './checks/permissions.ts';
import { proxy } from './checks/proxy.ts';
import { qemu } from './checks/qemu.ts';
import { records } from './checks/records.ts';
import { registry } from './checks/registry.ts';
import { settings } from './checks/settings.ts';
import { sharedFolders } from './checks/shared-folders.ts';
import { supervisor } from './checks/supervisor.ts';
import { vfkit } from './checks/vfkit.ts';

/** All checks of a system, in order of dependency. */
export const checksOn = (platform: NodeJS.Platform): readonly Check[] => [
  ...(platform === 'darwin' ? [vfkit] : []),
  qemu,
  acceleration,
  memory,
  diskSpace,
  settings,
  permissions,
  ownFiles,
  sharedFolders,
  image,
  dataDisk,
  supervisor,
  lastStart,
  engine,
  records,
  clock,
  proxy,
  names,
  containerNames,
  registry,
  dockerContext,
  dockerHostVariable,
  commandOnPath,
  logs,
];

/** All checks of this system. */
export const checks = checksOn(process.platform);
