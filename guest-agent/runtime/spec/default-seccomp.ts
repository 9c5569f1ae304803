import type { SeccompProfile } from './seccomp.ts';

type Rule = SeccompProfile['syscalls'][number];

/** Calls that Docker allows only with CAP_SYS_ADMIN. `clone` has a rule of its own. */
const ADMIN = [
  ...['fsconfig', 'fsmount', 'fsopen', 'fspick', 'mount', 'mount_setattr', 'move_mount'],
  ...['open_tree', 'setns', 'umount', 'umount2', 'unshare'],
];
/** Calls that Docker never allows. */
const NEVER = ['keyctl', 'add_key', 'request_key', 'pivot_root'];
const CONDITIONAL = new Set([...ADMIN, ...NEVER, 'clone', 'clone3', 'syslog']);
/** CLONE_NEWNS and the flags of all other namespaces. */
const NEW_NAMESPACES = 0x7e02_0000;
const [EPERM, ENOSYS] = [1, 38];
const allow = (names: string[], rest: Partial<Rule>): Rule => ({
  ...{ names, action: 'SCMP_ACT_ALLOW' },
  ...rest,
});
const deny = (names: string[], errnoRet: number, rest: Partial<Rule> = {}): Rule => ({
  ...{ names, action: 'SCMP_ACT_ERRNO', errnoRet },
  ...rest,
});
const withAdmin = { includes: { caps: ['CAP_SYS_ADMIN'] } };
const withoutAdmin = { excludes: { caps: ['CAP_SYS_ADMIN'] } };

/**
 * The profile of containers-common with Docker's rules for namespaces, mounts and keys. As it is, every
 * container could create a user namespace, be root in it, and reach much more of the kernel.
 */
export function dockerSeccomp(profile: SeccompProfile): SeccompProfile {
  // The profile's own rules for calls that have rules below would contradict them.
  const others = profile.syscalls.map((rule) => {
    const isForAll = rule.action === 'SCMP_ACT_ALLOW' && !rule.includes?.caps?.length;
    if (!isForAll && rule.action !== 'SCMP_ACT_ERRNO') return rule;
    return { ...rule, names: (rule.names ?? []).filter((name) => !CONDITIONAL.has(name)) };
  });
  const namespaces = { index: 0, value: NEW_NAMESPACES, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' };
  return {
    ...profile,
    syscalls: [
      ...others.filter(({ names }) => names === undefined || names === null || names.length > 0),
      allow([...ADMIN.filter((name) => name !== 'setns'), 'clone', 'clone3'], withAdmin),
      deny(ADMIN, EPERM, withoutAdmin),
      allow(['clone'], { ...withoutAdmin, args: [namespaces] }),
      // Programs then use `clone`, whose flags a filter can see.
      deny(['clone3'], ENOSYS, withoutAdmin),
      allow(['syslog'], { includes: { caps: ['CAP_SYSLOG'] } }),
      deny(NEVER, EPERM),
    ],
  };
}
