import { readFileSync } from 'node:fs';
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

/** capabilities(7), in the kernel's order: the position is the number. */
const all = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN',
  'CAP_NET_RAW',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_MKNOD',
  'CAP_LEASE',
  'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL',
  'CAP_SETFCAP',
  'CAP_MAC_OVERRIDE',
  'CAP_MAC_ADMIN',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
  'CAP_AUDIT_READ',
  'CAP_PERFMON',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
];

/**
 * All that this process can give away, as in Docker: a host that is itself a container may lack some.
 */
export function heldCapabilities(status = readStatus()): string[] {
  const [, bounding] = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  if (bounding === undefined) return all;
  const bits = BigInt(`0x${bounding}`);
  return all.filter((_, index) => (bits >> BigInt(index)) & 1n);
}

/** Empty on other systems, where unit tests run. */
const readStatus = () =>
  process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';

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
  if (privileged) return heldCapabilities();
  const base = added.includes('ALL') ? heldCapabilities() : dropped.includes('ALL') ? [] : defaults;
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
