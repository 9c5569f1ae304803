import { EngineError } from '../../errors.ts';
import type { OciCapabilities } from './oci.ts';

/** Docker's default capabilities of a container. */
const defaults = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FSETID',
  'CAP_FOWNER',
  'CAP_MKNOD',
  'CAP_NET_RAW',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETFCAP',
  'CAP_SETPCAP',
  'CAP_NET_BIND_SERVICE',
  'CAP_SYS_CHROOT',
  'CAP_KILL',
  'CAP_AUDIT_WRITE',
];

/** capabilities(7), in the kernel's order. */
const all = [
  ...defaults,
  'CAP_AUDIT_CONTROL',
  'CAP_AUDIT_READ',
  'CAP_BLOCK_SUSPEND',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
  'CAP_DAC_READ_SEARCH',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_LEASE',
  'CAP_LINUX_IMMUTABLE',
  'CAP_MAC_ADMIN',
  'CAP_MAC_OVERRIDE',
  'CAP_NET_ADMIN',
  'CAP_NET_BROADCAST',
  'CAP_PERFMON',
  'CAP_SYSLOG',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_MODULE',
  'CAP_SYS_NICE',
  'CAP_SYS_PACCT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_WAKE_ALARM',
];

/**
 * The capabilities that a container can have: Docker's defaults, plus `--cap-add`, less
 * `--cap-drop` (either can be ALL). Throws EngineError 'invalid' in Docker's words for an unknown
 * name.
 */
export function allowedCapabilities(
  add: readonly string[],
  drop: readonly string[],
  privileged: boolean,
): string[] {
  const added = add.map((name) => normalise('CapAdd', name));
  const dropped = drop.map((name) => normalise('CapDrop', name));
  if (privileged) return [...all];
  const base = added.includes('ALL') ? all : dropped.includes('ALL') ? [] : defaults;
  const set = new Set(base);
  for (const name of dropped) set.delete(name);
  for (const name of added) if (name !== 'ALL') set.add(name);
  return [...set];
}

/**
 * The five sets of a process. As in Docker, a user other than root starts without effective ones.
 */
export function processCapabilities(allowed: string[], uid: number): OciCapabilities {
  const held = uid === 0 ? allowed : [];
  return { bounding: allowed, effective: held, permitted: held, inheritable: [], ambient: [] };
}

function normalise(field: string, name: string): string {
  const upper = name.toUpperCase();
  if (upper === 'ALL') return upper;
  const full = upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  if (!all.includes(full)) {
    throw new EngineError('invalid', `invalid ${field}: unknown capability: "${full}"`);
  }
  return full;
}
