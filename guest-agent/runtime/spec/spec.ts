import { join } from 'node:path';
import { allowedCapabilities, processCapabilities } from './capabilities.ts';
import type { CgroupMember, SpecContainer } from './container.ts';
import {
  bindMount,
  maskedPaths,
  readonlyPaths,
  type SharedMemory,
  standardMounts,
} from './mounts.ts';
import type {
  OciDevice,
  OciMount,
  OciNamespace,
  OciProcess,
  OciResources,
  OciSpec,
} from './oci.ts';
import { resources } from './resources.ts';
import { type SeccompProfile, seccomp } from './seccomp.ts';
import { securityOptions } from './security-options.ts';

/** The default parent of containers' cgroups. */
export const cgroupParent = '/berth';

/** A container's cgroup, from the root of the hierarchy: `<parent>/<container ID>`. */
export function cgroupOf({ id, hostConfig }: CgroupMember): string {
  return join('/', hostConfig.CgroupParent || cgroupParent, id);
}

/** The init program of `--init`: its path in the guest, and Docker's path in the container. */
const init = { source: '/usr/bin/tini-static', destination: '/sbin/docker-init' };

export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
  /** The home directory in the container's /etc/passwd. */
  readonly home: string;
}

/** The input of a spec, after all lookups in the VM. */
export interface SpecInput {
  readonly record: SpecContainer;
  readonly rootfs: string;
  readonly user: User;
  readonly cwd: string;
  readonly hostname: string;
  /** The user's volumes and bind mounts, then Berth's own files (/etc/hosts …). */
  readonly mounts: readonly OciMount[];
  readonly namespaces: readonly OciNamespace[];
  /** Devices in addition to those that every container has. */
  readonly devices: readonly OciDevice[];
  readonly deviceRules: OciResources['devices'];
  readonly sharedMemory: SharedMemory;
  /** The profile for containers that don't set another. */
  readonly seccompProfile: SeccompProfile;
}

/** The OCI runtime specification's config.json of a container (runtime-spec, config.md). */
export function containerSpec(input: SpecInput): OciSpec {
  const { record } = input;
  const host = record.hostConfig;
  const privileged = host.Privileged;
  const allowed = allowedCapabilities(host.CapAdd, host.CapDrop, privileged);
  const security = securityOptions(host.SecurityOpt);
  const builtin = privileged ? 'unconfined' : input.seccompProfile;
  const profile = security.seccomp === 'builtin' ? builtin : security.seccomp;
  const protectsPaths = !privileged && security.protectsSystemPaths;
  const ownNames = input.namespaces.some(({ type, path }) => type === 'uts' && path === undefined);
  const ownNetwork = input.namespaces.some(({ type, path }) => type === 'network' && path);
  return {
    ociVersion: '1.0.2',
    process: processOf(record, input.user, input.cwd, allowed),
    root: { path: input.rootfs, readonly: host.ReadonlyRootfs },
    // With `--uts host`, the names are the VM's, which no container can change. In a pod, they are
    // those of the container that has the namespace.
    ...(ownNames && { hostname: input.hostname }),
    ...(ownNames && record.config.Domainname && { domainname: record.config.Domainname }),
    mounts: sortedMounts([
      ...standardMounts({ privileged, sharedMemory: input.sharedMemory }),
      ...(hasInit(record) ? [bindMount(init.source, init.destination, ['ro'])] : []),
      ...input.mounts,
    ]),
    annotations: host.Annotations,
    linux: {
      namespaces: [...input.namespaces],
      cgroupsPath: cgroupOf(record),
      resources: resources(host, input.deviceRules),
      sysctl: {
        // Docker's defaults: any user of the container can open low ports and send pings.
        ...(ownNetwork && {
          'net.ipv4.ip_unprivileged_port_start': '0',
          'net.ipv4.ping_group_range': '0 2147483647',
        }),
        ...host.Sysctls,
      },
      maskedPaths: protectsPaths ? (host.MaskedPaths ?? maskedPaths) : [],
      readonlyPaths: protectsPaths ? (host.ReadonlyPaths ?? readonlyPaths) : [],
      devices: [...input.devices],
      ...(profile !== 'unconfined' && { seccomp: seccomp(profile, allowed) }),
      rootfsPropagation: rootPropagation(input.mounts),
    },
  };
}

/** A mount receives later mounts of others only if its root does. */
function rootPropagation(mounts: readonly OciMount[]): string {
  const wanted = (kind: string) => mounts.some(({ options }) => options.includes(kind));
  if (wanted('shared') || wanted('rshared')) return 'rshared';
  return wanted('slave') || wanted('rslave') ? 'rslave' : 'rprivate';
}

function processOf(record: SpecContainer, user: User, cwd: string, allowed: string[]): OciProcess {
  const { config, hostConfig: host } = record;
  return {
    terminal: config.Tty,
    ...(config.Tty &&
      host.ConsoleSize && {
        consoleSize: { height: host.ConsoleSize[0], width: host.ConsoleSize[1] },
      }),
    user: { uid: user.uid, gid: user.gid, additionalGids: [...user.additionalGids] },
    args: hasInit(record) ? [init.destination, '--', ...record.argv] : record.argv,
    env: environment(record, user, config.Tty),
    cwd,
    capabilities: processCapabilities(allowed, user.uid),
    // Other limits are the agent's.
    rlimits: host.Ulimits.map(({ Name, Soft, Hard }) => ({
      type: `RLIMIT_${Name.toUpperCase()}`,
      soft: Soft,
      hard: Hard,
    })),
    noNewPrivileges: securityOptions(host.SecurityOpt).noNewPrivileges,
    // Always set: otherwise the container inherits the agent's value, with which the kernel kills
    // it last.
    oomScoreAdj: host.OomScoreAdj,
  };
}

/**
 * A process of `docker exec`, with the container's confinement and its own user and environment.
 */
export interface ExecInput {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly user: User;
  readonly cwd: string;
  readonly tty: boolean;
  readonly privileged: boolean;
  readonly consoleSize: readonly [number, number] | null;
}

/** The process document for `crun exec --process`. */
export function execProcess(record: SpecContainer, exec: ExecInput): OciProcess {
  const host = record.hostConfig;
  const allowed = allowedCapabilities(
    host.CapAdd,
    host.CapDrop,
    host.Privileged || exec.privileged,
  );
  return {
    ...processOf(record, exec.user, exec.cwd, allowed),
    terminal: exec.tty,
    ...(exec.tty &&
      exec.consoleSize && {
        consoleSize: { height: exec.consoleSize[0], width: exec.consoleSize[1] },
      }),
    args: [...exec.argv],
    env: mergeEnvironment(environment(record, exec.user, exec.tty), exec.env),
  };
}

/** A container that shares another's PID namespace has no init process. */
function hasInit({ hostConfig }: SpecContainer): boolean {
  return hostConfig.Init === true && hostConfig.PidMode === '';
}

function environment(record: SpecContainer, user: User, tty: boolean): string[] {
  return mergeEnvironment(
    [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      `HOSTNAME=${record.config.Hostname}`,
      ...(tty ? ['TERM=xterm'] : []),
      `HOME=${user.home}`,
    ],
    record.config.Env,
  );
}

/** Later settings override earlier ones in the same place. A bare NAME removes the variable. */
export function mergeEnvironment(base: readonly string[], more: readonly string[]): string[] {
  const merged = new Map<string, string>();
  for (const entry of [...base, ...more]) {
    const name = entry.split('=', 1)[0] ?? '';
    if (entry.includes('=')) merged.set(name, entry);
    else merged.delete(name);
  }
  return [...merged.values()];
}

/** Parents before children, so that no mount hides an earlier one. Otherwise stable. */
function sortedMounts(mounts: OciMount[]): OciMount[] {
  const depth = ({ destination }: OciMount) => destination.split('/').filter(Boolean).length;
  return mounts
    .filter(
      ({ destination }, index) =>
        !mounts.slice(index + 1).some((later) => later.destination === destination),
    )
    .sort((a, b) => depth(a) - depth(b));
}
