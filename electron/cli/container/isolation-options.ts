import type { Command } from 'commander';
import { parseDevice, parseDeviceWeight } from '../../../guest-agent/grammar/device.ts';
import type { HostConfig } from '../../../guest-agent/grammar/engine-types.ts';
import { keyValues } from '../../../guest-agent/grammar/key-values.ts';
import { bytes } from '../flags/argument.ts';
import { parseInteger } from '../flags/numbers.ts';
import { collect } from '../flags/repeated.ts';
import { securityOption } from '../flags/security-option.ts';

/**
 * Flags about what a container shares with the VM and with other containers, by commander's names.
 */
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
    .option(
      '--annotation <name=value>',
      'Add an annotation to the container (passed through to the OCI runtime)',
      collect,
    )
    .option(
      '--blkio-weight-device <device:weight>',
      'Block IO weight (relative device weight)',
      collect,
    )
    .option('--cgroup-parent <path>', 'Optional parent cgroup for the container')
    .option('--cgroupns <namespace>', 'Cgroup namespace to use: host or private')
    .option('--device <device[:path][:rwm]>', 'Add a device of the VM to the container', collect)
    .option(
      '--device-cgroup-rule <rule>',
      "Add a rule to the cgroup allowed devices list, e.g. 'c 189:* rmw'",
      collect,
    )
    .option(
      '--ipc <namespace>',
      'IPC mode to use: private, shareable, host, none or container:NAME',
    )
    .option('--kernel-memory <size>', 'Accepted, but has no effect', bytes)
    .option('--log-driver <driver>', 'Logging driver for the container: json-file, local or none')
    .option('--log-opt <name=value>', 'Log driver options, e.g. max-size=10m', collect)
    .option('--memory-swappiness <percent>', 'Accepted, but has no effect', parseInteger)
    .option(
      '--oom-score-adj <number>',
      "Tune the VM's OOM preferences, -1000 to 1000",
      parseInteger,
    )
    .option('--pid <namespace>', 'PID namespace to use: host or container:NAME')
    .option('--runtime <name>', 'Runtime to use for this container')
    .option('--security-opt <option>', 'Security options', collect)
    .option('--userns <namespace>', 'User namespace to use: host')
    .option('--uts <namespace>', 'UTS namespace to use: host')
    .option('--volume-driver <driver>', 'Optional volume driver for the container: local')
    .option(
      '--volumes-from <container[:ro]>',
      'Mount volumes from the specified container(s)',
      collect,
    );
}

/** The settings as the engine takes them; undefined if no flag sets them. */
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
    // Docker's current API doesn't have this field. The engine prints a warning.
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
