import type {
  Capabilities,
  PodSecurityContext,
  SecurityContext,
} from 'kubernetes-types/core/v1.js';
import type {
  ContainerCreateRequest,
  HostConfig,
} from '../../../../../guest-agent/grammar/engine-types.ts';
import type { Warn } from '../generated.ts';

/** The user and the rights of a container. */
export function securityOf(
  { User = '', HostConfig = {} }: ContainerCreateRequest,
  warn: Warn,
): SecurityContext | undefined {
  const { Privileged, ReadonlyRootfs, SecurityOpt } = HostConfig;
  const context: SecurityContext = {
    ...userOf(User, warn),
    ...(Privileged ? { privileged: true } : {}),
    ...(ReadonlyRootfs ? { readOnlyRootFilesystem: true } : {}),
    ...options(SecurityOpt ?? [], Privileged === true, warn),
  };
  const capabilities = capabilitiesOf(HostConfig);
  if (capabilities) context.capabilities = capabilities;
  return Object.keys(context).length > 0 ? context : undefined;
}

function userOf(user: string, warn: Warn): SecurityContext {
  if (user === '') return {};
  const [uid = '', gid] = user.split(':');
  const numbers = [uid, gid].every((each) => each === undefined || /^\d+$/.test(each));
  if (!numbers) {
    warn(`user "${user}" has no number; set securityContext.runAsUser to its user ID`);
    return {};
  }
  return { runAsUser: Number(uid), ...(gid === undefined ? {} : { runAsGroup: Number(gid) }) };
}

function capabilitiesOf({ CapAdd, CapDrop }: HostConfig): Capabilities | undefined {
  const plain = (names: readonly string[] | null | undefined) =>
    (names ?? []).map((name) => name.replace(/^CAP_/, ''));
  const add = plain(CapAdd);
  const drop = plain(CapDrop);
  if (add.length + drop.length === 0) return undefined;
  return { ...(add.length > 0 ? { add } : {}), ...(drop.length > 0 ? { drop } : {}) };
}

function options(entries: readonly string[], isPrivileged: boolean, warn: Warn): SecurityContext {
  const context: SecurityContext = {};
  for (const entry of entries) {
    const [name = '', value = ''] = entry.split(/[:=](.*)/s);
    if (name === 'no-new-privileges') {
      // Kubernetes refuses both together.
      if (value !== 'false' && !isPrivileged) context.allowPrivilegeEscalation = false;
    } else if (name === 'seccomp' && value === 'unconfined') {
      context.seccompProfile = { type: 'Unconfined' };
    } else if (name === 'apparmor' && value === 'unconfined') {
      context.appArmorProfile = { type: 'Unconfined' };
    } else if (!(name === 'label' && value === 'disable')) {
      warn(`security option "${entry}" is omitted`);
    }
  }
  return context;
}

/** Settings of the whole pod. */
export function podSecurityOf(
  { GroupAdd, Sysctls }: HostConfig,
  warn: Warn,
): PodSecurityContext | undefined {
  const groups = (GroupAdd ?? []).filter((group) => /^\d+$/.test(group)).map(Number);
  if (groups.length < (GroupAdd ?? []).length) warn('groups without a number are omitted');
  const sysctls = Object.entries(Sysctls ?? {}).map(([name, value]) => ({ name, value }));
  const unsafe = sysctls.filter(({ name }) => !SAFE_SYSCTLS.has(name)).map(({ name }) => name);
  if (unsafe.length > 0) {
    warn(
      `a node must allow these sysctls (kubelet --allowed-unsafe-sysctls): ${unsafe.join(', ')}`,
    );
  }
  const context = {
    ...(groups.length > 0 ? { supplementalGroups: groups } : {}),
    ...(sysctls.length > 0 ? { sysctls } : {}),
  };
  return Object.keys(context).length > 0 ? context : undefined;
}

const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
]);
