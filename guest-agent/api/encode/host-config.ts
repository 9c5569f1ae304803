import { logDriver } from '../../engine/containers/logs/log-config.ts';
import type { ContainerRecord } from '../../engine/containers/record/container.ts';
import type { MountRequest } from '../../engine/containers/request/config.ts';
import { parseLink } from '../../grammar/link.ts';
import { maskedPaths, readonlyPaths } from '../../runtime/spec/mounts.ts';
import { securityOptions } from '../../runtime/spec/security-options.ts';
import { orNull, orUndefined } from './optional.ts';

/** Settings that weren't given show their effective values. Empty lists look as in Docker. */
export function encodeHostConfig(record: ContainerRecord) {
  const host = record.hostConfig;
  const protects = !host.Privileged && securityOptions(host.SecurityOpt).protectsSystemPaths;
  return {
    ...host,
    Binds: orNull(host.Binds),
    Mounts: orUndefined(host.Mounts.map(encodeMount)),
    Tmpfs: orUndefined(host.Tmpfs),
    ContainerIDFile: '',
    LogConfig: { Type: logDriver(host.LogConfig), Config: host.LogConfig.Config },
    VolumesFrom: orNull(host.VolumesFrom),
    ConsoleSize: host.ConsoleSize ?? [0, 0],
    CapAdd: orNull(host.CapAdd),
    CapDrop: orNull(host.CapDrop),
    CgroupnsMode: host.CgroupnsMode || 'private',
    ExtraHosts: orNull(host.ExtraHosts),
    GroupAdd: orNull(host.GroupAdd),
    IpcMode: host.IpcMode || 'private',
    Cgroup: '',
    Links: encodeLinks(record),
    SecurityOpt: orNull(host.SecurityOpt),
    ShmSize: host.ShmSize || 64 * 1024 * 1024,
    Sysctls: orUndefined(host.Sysctls),
    Annotations: orUndefined(host.Annotations),
    Runtime: host.Runtime || 'crun',
    Init: host.Init ?? undefined,
    DeviceCgroupRules: orNull(host.DeviceCgroupRules),
    DeviceRequests: orNull(host.DeviceRequests),
    MemorySwap: host.MemorySwap || host.Memory * 2,
    // cgroup v2 has neither setting.
    MemorySwappiness: null,
    OomKillDisable: false,
    KernelMemory: undefined,
    PidsLimit: host.PidsLimit || null,
    CpuCount: 0,
    MaskedPaths: protects ? (host.MaskedPaths ?? maskedPaths) : null,
    ReadonlyPaths: protects ? (host.ReadonlyPaths ?? readonlyPaths) : null,
  };
}

/** Without what isn't set, as Docker shows mounts. Empty options stay: some clients send them. */
function encodeMount(mount: MountRequest): object {
  return given(mount, (value) => (isGroup(value) ? given(value, (each) => each) : value));
}

/** What has a value other than Go's zero, after `encode`. */
function given(settings: object, encode: (value: unknown) => unknown): object {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => Boolean(value))
      .map(([key, value]) => [key, encode(value)]),
  );
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Encodes links in Docker's form: "/target:/container/alias". */
function encodeLinks({ name, hostConfig }: ContainerRecord): string[] | null {
  return orNull(
    hostConfig.Links.map(parseLink).map(({ target, alias }) => `/${target}:/${name}/${alias}`),
  );
}
