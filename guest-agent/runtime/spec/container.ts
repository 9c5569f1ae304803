/*
 * The parts of a container that the runtime needs. Records of the engine have more fields. Names
 * and units are those of the Engine API.
 */

/** A limit of one block device, in bytes or operations per second. */
interface DeviceRate {
  readonly Path: string;
  readonly Rate: number;
}

/** A container's resource limits. 0 and empty mean no limit. */
export interface ContainerLimits {
  readonly Privileged: boolean;
  readonly Memory: number;
  readonly MemorySwap: number;
  readonly MemoryReservation: number;
  readonly NanoCpus: number;
  readonly CpuShares: number;
  readonly CpuPeriod: number;
  readonly CpuQuota: number;
  readonly CpusetCpus: string;
  readonly CpusetMems: string;
  readonly PidsLimit?: number | null | undefined;
  readonly BlkioWeight: number;
  readonly BlkioWeightDevice: readonly { readonly Path: string; readonly Weight: number }[];
  readonly BlkioDeviceReadBps: readonly DeviceRate[];
  readonly BlkioDeviceWriteBps: readonly DeviceRate[];
  readonly BlkioDeviceReadIOps: readonly DeviceRate[];
  readonly BlkioDeviceWriteIOps: readonly DeviceRate[];
}

interface ContainerHost extends ContainerLimits {
  readonly CgroupParent: string;
  readonly Init?: boolean | null | undefined;
  readonly PidMode: string;
  readonly ReadonlyRootfs: boolean;
  readonly CapAdd: readonly string[];
  readonly CapDrop: readonly string[];
  readonly SecurityOpt: readonly string[];
  readonly Sysctls: Readonly<Record<string, string>>;
  readonly Annotations: Readonly<Record<string, string>>;
  /** The [height, width] of the terminal. */
  readonly ConsoleSize?: readonly [number, number] | null | undefined;
  readonly OomScoreAdj: number;
  readonly MaskedPaths?: readonly string[] | null | undefined;
  readonly ReadonlyPaths?: readonly string[] | null | undefined;
  readonly Ulimits: readonly {
    readonly Name: string;
    readonly Soft: number;
    readonly Hard: number;
  }[];
}

/** The fields that identify a container's cgroup. */
export interface CgroupMember {
  readonly id: string;
  readonly hostConfig: { readonly CgroupParent: string };
}

/** The container of a spec. */
export interface SpecContainer extends CgroupMember {
  readonly argv: readonly string[];
  readonly config: {
    readonly Hostname: string;
    readonly Domainname: string;
    readonly Tty: boolean;
    readonly Env: readonly string[];
  };
  readonly hostConfig: ContainerHost;
}
