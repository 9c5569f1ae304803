import { describe, expect, it } from 'vitest';
import type { ContainerRecord } from '../../engine/containers/record/container.ts';
import { hostConfigSchema } from '../../engine/containers/request/config.ts';
import { testRecord } from '../../engine/testing/test-engine.ts';
import { allowedCapabilities, heldCapabilities, processCapabilities } from './capabilities.ts';
import { deviceNumbers, resources } from './resources.ts';
import { type SeccompProfile, seccomp } from './seccomp.ts';
import { containerSpec, mergeEnvironment } from './spec.ts';

const profile: SeccompProfile = {
  defaultAction: 'SCMP_ACT_ERRNO',
  archMap: [{ architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86'] }],
  syscalls: [
    { names: ['read', 'write'], action: 'SCMP_ACT_ALLOW' },
    { names: ['mount'], action: 'SCMP_ACT_ALLOW', includes: { caps: ['CAP_SYS_ADMIN'] } },
    { names: ['clone'], action: 'SCMP_ACT_ALLOW', excludes: { caps: ['CAP_SYS_ADMIN'] } },
    { names: ['arm_sync'], action: 'SCMP_ACT_ALLOW', includes: { arches: ['arm64'] } },
  ],
};

const record = (host: object = {}, config: object = {}) => testRecord({}, host, config);

function specOf(container: ContainerRecord, uid = 0) {
  return containerSpec({
    record: container,
    rootfs: '/root',
    user: { uid, gid: 0, additionalGids: [], home: '/root' },
    cwd: '/',
    hostname: 'box',
    mounts: [],
    namespaces: [{ type: 'pid' }, { type: 'network', path: '/n' }],
    devices: [],
    deviceRules: [],
    sharedMemory: { size: 0 },
    seccompProfile: profile,
  });
}

describe('containerSpec', () => {
  it('confines a container by default', () => {
    const { process, linux } = specOf(record());
    expect(process.capabilities.effective).not.toContain('CAP_SYS_ADMIN');
    expect(process.capabilities.effective).toContain('CAP_CHOWN');
    expect(linux.seccomp?.defaultAction).toBe('SCMP_ACT_ERRNO');
    expect(linux.maskedPaths).toContain('/proc/kcore');
    expect(linux.readonlyPaths).toContain('/proc/sys');
    expect(linux.resources.devices[0]).toEqual({ allow: false, access: 'rwm' });
  });

  it('does not inherit the engine’s OOM score adjustment', () => {
    expect(specOf(record()).process.oomScoreAdj).toBe(0);
    expect(specOf(record({ OomScoreAdj: 300 })).process.oomScoreAdj).toBe(300);
  });

  it('opens everything inside the VM with --privileged', () => {
    const { process, linux } = specOf(record({ Privileged: true }));
    expect(process.capabilities.effective).toContain('CAP_SYS_ADMIN');
    expect(linux.seccomp).toBeUndefined();
    expect(linux.maskedPaths).toEqual([]);
  });

  it('puts an init before the command with --init, except in another container’s PID namespace', () => {
    const { process, mounts } = specOf(record({ Init: true }));
    expect(process.args).toEqual(['/sbin/docker-init', '--', 'sh']);
    expect(mounts).toContainEqual(
      expect.objectContaining({ destination: '/sbin/docker-init', type: 'bind' }),
    );
    expect(specOf(record({ Init: true, PidMode: 'host' })).process.args).toEqual(['sh']);
  });

  it('accepts the user’s own seccomp profile, privileged or not', () => {
    const own = { SecurityOpt: ['seccomp={"defaultAction":"SCMP_ACT_LOG"}'] };
    expect(specOf(record(own)).linux.seccomp?.defaultAction).toBe('SCMP_ACT_LOG');
    expect(specOf(record({ ...own, Privileged: true })).linux.seccomp?.defaultAction).toBe(
      'SCMP_ACT_LOG',
    );
    expect(specOf(record({ SecurityOpt: ['seccomp=unconfined'] })).linux.seccomp).toBeUndefined();
  });

  it('hides the user’s paths instead of Docker’s list', () => {
    const { linux } = specOf(record({ MaskedPaths: ['/proc/acpi'], ReadonlyPaths: [] }));
    expect(linux).toMatchObject({ maskedPaths: ['/proc/acpi'], readonlyPaths: [] });
    const open = specOf(record({ SecurityOpt: ['systempaths=unconfined'] })).linux;
    expect(open).toMatchObject({ maskedPaths: [], readonlyPaths: [] });
  });

  it('creates its cgroup below the requested parent, but never at the root', () => {
    expect(specOf(record()).linux.cgroupsPath).toBe(`/berth/${'a'.repeat(64)}`);
    const path = specOf(record({ CgroupParent: '../../mine' })).linux.cgroupsPath;
    expect(path).toBe(`/mine/${'a'.repeat(64)}`);
  });

  it('sets only names of its own UTS namespace', () => {
    const input = {
      rootfs: '/root',
      cwd: '/',
      hostname: 'box',
      mounts: [],
      devices: [],
      deviceRules: [],
      sharedMemory: undefined,
    };
    const user = { uid: 0, gid: 0, additionalGids: [], home: '/root' };
    const named = (type: 'uts' | 'pid') =>
      containerSpec({
        ...{ ...input, user, record: record(), seccompProfile: profile },
        namespaces: [{ type }],
      }).hostname;
    expect(named('uts')).toBe('box');
    expect(named('pid')).toBeUndefined();
  });

  it('leaves a user other than root without effective capabilities', () => {
    expect(specOf(record(), 1000).process.capabilities.effective).toEqual([]);
  });

  it('sets the environment as Docker does, the user’s variables last', () => {
    const { process } = specOf(record({}, { Env: ['PATH=/bin', 'A=1'], Tty: true }));
    expect(process.env).toEqual(['PATH=/bin', 'HOSTNAME=box', 'TERM=xterm', 'HOME=/root', 'A=1']);
  });

  it('mounts parents before children', () => {
    const destinations = specOf(record()).mounts.map(({ destination }) => destination);
    expect(destinations.indexOf('/dev')).toBeLessThan(destinations.indexOf('/dev/pts'));
    expect(destinations.indexOf('/sys')).toBeLessThan(destinations.indexOf('/sys/fs/cgroup'));
  });
});

describe('resources', () => {
  it('sets no limit unless asked', () => {
    const { devices: _, ...limits } = resources(hostConfigSchema.parse({}));
    expect(limits).toEqual({});
  });

  it('turns --memory and --cpus into cgroup limits', () => {
    const limits = resources(hostConfigSchema.parse({ Memory: 64 << 20, NanoCpus: 5e8 }));
    expect(limits.memory).toEqual({ limit: 64 << 20, swap: 128 << 20 });
    expect(limits.cpu).toEqual({ period: 100_000, quota: 50_000 });
  });

  it('names a missing device', () => {
    const host = hostConfigSchema.parse({ BlkioDeviceReadBps: [{ Path: '/dev/nope', Rate: 1 }] });
    expect(() => resources(host)).toThrow('no such block device in the VM: /dev/nope');
  });

  it('splits device numbers as the kernel does', () => {
    expect(deviceNumbers(0xfe10)).toEqual({ major: 254, minor: 16 });
    expect(deviceNumbers(0x1_0000_0801)).toEqual({ major: 8, minor: 1 });
  });
});

describe('capabilities', () => {
  it('adds and drops capabilities', () => {
    const allowed = allowedCapabilities(['NET_ADMIN'], ['CAP_CHOWN'], false);
    expect(allowed).toContain('CAP_NET_ADMIN');
    expect(allowed).not.toContain('CAP_CHOWN');
  });

  it('keeps only added capabilities if all are dropped', () => {
    expect(allowedCapabilities(['kill'], ['ALL'], false)).toEqual(['CAP_KILL']);
  });

  it('rejects an unknown name', () => {
    expect(() => allowedCapabilities(['fly'], [], false)).toThrow(
      'invalid CapAdd: unknown capability: "CAP_FLY"',
    );
    expect(() => allowedCapabilities([], ['FLY'], true)).toThrow('invalid CapDrop: ');
  });

  it('are at most those of the host', () => {
    const lacking = heldCapabilities('CapEff:\t0\nCapBnd:\t000001fffeffffff\n');
    expect(lacking).not.toContain('CAP_SYS_RESOURCE');
    expect(lacking).toHaveLength(40);
    expect(heldCapabilities('CapBnd:\t000001ffffffffff\n')).toContain('CAP_SYS_RESOURCE');
  });

  it('gives root all allowed capabilities', () => {
    expect(processCapabilities(['CAP_KILL'], 0).permitted).toEqual(['CAP_KILL']);
  });
});

describe('seccomp', () => {
  const names = (caps: string[]) =>
    seccomp(profile, caps, 'x64').syscalls.flatMap((rule) => rule.names);

  it('includes the rules for the capabilities', () => {
    expect(names([])).toEqual(['read', 'write', 'clone']);
    expect(names(['CAP_SYS_ADMIN'])).toEqual(['read', 'write', 'mount']);
  });

  it('lists the architecture and compatible ones', () => {
    expect(seccomp(profile, [], 'x64').architectures).toEqual([
      'SCMP_ARCH_X86_64',
      'SCMP_ARCH_X86',
    ]);
  });
});

describe('mergeEnvironment', () => {
  it('replaces in place and removes a bare name', () => {
    expect(mergeEnvironment(['A=1', 'B=2', 'C=3'], ['B=9', 'A'])).toEqual(['B=9', 'C=3']);
  });
});
