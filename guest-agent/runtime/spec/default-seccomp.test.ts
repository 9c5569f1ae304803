import { expect, test } from 'vitest';
import { dockerSeccomp } from './default-seccomp.ts';
import { seccomp } from './seccomp.ts';

const profile = dockerSeccomp({
  defaultAction: 'SCMP_ACT_ERRNO',
  syscalls: [
    { names: ['read', 'unshare', 'mount', 'clone', 'clone3', 'keyctl'], action: 'SCMP_ACT_ALLOW' },
    { names: ['setns'], action: 'SCMP_ACT_ALLOW', includes: { caps: ['CAP_SYS_ADMIN'] } },
    { names: ['setns'], action: 'SCMP_ACT_ERRNO', excludes: { caps: ['CAP_SYS_ADMIN'] } },
  ],
});
const actions = (name: string, capabilities: string[]) =>
  seccomp(profile, capabilities, 'x64')
    .syscalls?.filter(({ names }) => names.includes(name))
    .map(({ action, args }) => (args ? `${action} for some` : action));

test('without CAP_SYS_ADMIN, no container creates namespaces or mounts', () => {
  for (const name of ['unshare', 'mount', 'setns', 'clone3', 'keyctl']) {
    expect([name, actions(name, [])]).toEqual([name, ['SCMP_ACT_ERRNO']]);
  }
  expect(actions('clone', [])).toEqual(['SCMP_ACT_ALLOW for some']);
  expect(actions('read', [])).toEqual(['SCMP_ACT_ALLOW']);
});

test('with CAP_SYS_ADMIN, a container may do both', () => {
  for (const name of ['unshare', 'mount', 'setns', 'clone', 'clone3']) {
    expect([name, actions(name, ['CAP_SYS_ADMIN'])]).toEqual([name, ['SCMP_ACT_ALLOW']]);
  }
});
