import type { Command } from 'commander';
import { parseDevice, parseDeviceWeight } from '../../../guest-agent/grammar/device.ts';
import type { HostConfig } from '../../../guest-agent/grammar/engine-types.ts';
import { keyValues } from '../../../guest-agent/grammar/key-values.ts';
import { bytes } from '../flags/argument.ts';
import { parseInteger } from '../flags/numbers.ts';
import { collect } from '../flags/repeated.ts';
import { securityOption } from '../flags/security-option.ts';

/** What a container shares with the machine and with others, by commander's names. */
export interface IsolationOptions {
  readonly annotation?: readonly string[];
  readonly blkioWeightDevice?: readonly string[];
  readonly cgroupParent?: string;
  readonly cgroupns?: string;
  readonly device?: readonly string[];
  readonly deviceCgroupRule?: readonly string[];
  readonly ipc?: string;
  readonly kernelMemory?: number;
  readonly logDriver?: string;
  readonly logOpt?: readonly string[];
  readonly memorySwappiness?: number;
  readonly oomScoreAdj?: number;
  readonly pid?: string;
  readonly runtime?: string;
  readonly securityOpt?: readonly string[];
  readonly userns?: string;
  readonly uts?: string;
  readonly volumeDriver?: string;
  readonly volumesFrom?: readonly string[];
}

export function addIsolationOptions(command: Command): Command {
  return command
    .option('--annotation <name=value>', 'Set an annotation for the OCI runtime', collect)
    .option('--blkio-weight-device <device:weight>', 'Block I/O share on a device', collect)
    .option('--cgroup-parent <path>', 'Cgroup that its own is made in')
    .option('--cgroupns <namespace>', 'Cgroup namespace: host or private')
    .option('--device <device[:path][:rwm]>', 'Add a device of the machine', collect)
    .option('--device-cgroup-rule <rule>', "Allow devices, as in 'c 189:* rmw'", collect)
    .option('--ipc <namespace>', 'private, shareable, host, none or container:NAME')
    .option('--kernel-memory <size>', 'Accepted, without effect', bytes)
    .option('--log-driver <driver>', 'How its log is kept: json-file, local or none')
    .option('--log-opt <name=value>', 'Option of the log, as in max-size=10m', collect)
    .option('--memory-swappiness <percent>', 'Accepted, without effect', parseInteger)
    .option('--oom-score-adj <number>', 'How soon it is ended for want of memory', parseInteger)
    .option('--pid <namespace>', 'Processes to see: host or container:NAME')
    .option('--runtime <name>', 'OCI runtime to use')
    .option('--security-opt <option>', 'Security options', collect)
    .option('--userns <namespace>', 'User namespace: host')
    .option('--uts <namespace>', 'Names to have: host')
    .option('--volume-driver <driver>', 'Driver of its volumes: local')
    .option('--volumes-from <container[:ro]>', "Mount another container's volumes", collect);
}

/** The settings as the engine takes them; those that no flag sets are undefined. */
export function isolation(options: IsolationOptions) {
  const { logDriver, logOpt } = options;
  return {
    Annotations: options.annotation && keyValues(options.annotation),
    BlkioWeightDevice: options.blkioWeightDevice?.map(parseDeviceWeight),
    CgroupParent: options.cgroupParent,
    CgroupnsMode: options.cgroupns as HostConfig['CgroupnsMode'],
    DeviceCgroupRules: list(options.deviceCgroupRule),
    Devices: options.device?.map(parseDevice),
    IpcMode: options.ipc,
    // Docker's newest documents have no place for it; the engine warns.
    ...(options.kernelMemory === undefined ? {} : { KernelMemory: options.kernelMemory }),
    LogConfig:
      logDriver === undefined && logOpt === undefined
        ? undefined
        : { Type: (logDriver ?? '') as LogType, Config: keyValues(logOpt ?? []) },
    MemorySwappiness: options.memorySwappiness,
    OomScoreAdj: options.oomScoreAdj,
    PidMode: options.pid,
    Runtime: options.runtime,
    SecurityOpt: options.securityOpt?.map(securityOption),
    UsernsMode: options.userns,
    UTSMode: options.uts,
    VolumeDriver: options.volumeDriver,
    VolumesFrom: list(options.volumesFrom),
  } satisfies { [Name in keyof HostConfig]: HostConfig[Name] | undefined };
}

type LogType = NonNullable<NonNullable<HostConfig['LogConfig']>['Type']>;

const list = (values: readonly string[] | undefined) => values && [...values];
