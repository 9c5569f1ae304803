import { expect, it } from 'vitest';
import { securityOptions } from './security-options.ts';

it('confines as Docker does by default', () => {
  expect(securityOptions([])).toEqual({
    seccomp: 'builtin',
    noNewPrivileges: false,
    protectsSystemPaths: true,
  });
  expect(
    securityOptions(['seccomp=unconfined', 'no-new-privileges', 'systempaths=unconfined']),
  ).toEqual({ seccomp: 'unconfined', noNewPrivileges: true, protectsSystemPaths: false });
  expect(securityOptions(['no-new-privileges:false']).noNewPrivileges).toBe(false);
});

it('accepts a profile as text', () => {
  const profile = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [] };
  expect(securityOptions([`seccomp=${JSON.stringify(profile)}`]).seccomp).toEqual(profile);
  expect(() => securityOptions(['seccomp={"syscalls":1}'])).toThrow(
    'Decoding seccomp profile failed',
  );
});

it('accepts options without effect here, and rejects unknown options', () => {
  securityOptions(['apparmor=unconfined', 'label=disable', 'label:type:t']);
  expect(() => securityOptions(['selinux=1'])).toThrow('invalid --security-opt 2: "selinux=1"');
});
