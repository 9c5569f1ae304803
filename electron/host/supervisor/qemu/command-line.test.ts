import { expect, test } from 'vitest';
import { machinePaths } from '../../home/paths.ts';
import { type CommandLineInput, qemuArguments } from './command-line.ts';
import { prepareMonitor } from './monitor-endpoint.ts';

const input: CommandLineInput = {
  architecture: 'amd64',
  accelerator: 'kvm',
  version: '8.1.0',
  sandbox: [],
  monitor: [],
  spec: { cpus: 4, memoryMiB: 2048, diskGiB: 64, shares: [] },
  image: { kernel: '/vm/kernel', initrd: '/vm/initrd', root: '/vm/root.erofs' },
  paths: machinePaths('/home/a,b/.berth', 'default', 'linux'),
  availableCpus: 16,
};

/** The values of every occurrence of an option. */
function values(args: readonly string[], option: string): string[] {
  return args.flatMap((each, index) => (each === option ? [args[index + 1] ?? ''] : []));
}

test('amd64 is a q35 with the host’s processor', () => {
  const args = qemuArguments(input);
  expect(values(args, '-machine')).toEqual(['q35']);
  expect(values(args, '-accel')).toEqual(['kvm']);
  expect(values(args, '-cpu')).toEqual(['host']);
  expect(values(args, '-m')).toEqual(['2048M']);
  expect(values(args, '-append')[0]).toContain('console=ttyS0');
});

test('arm64 is a virt board with its own console', () => {
  const args = qemuArguments({
    ...input,
    architecture: 'arm64',
    accelerator: 'hvf',
    availableCpus: 8,
  });
  expect(values(args, '-machine')).toEqual(['virt']);
  expect(values(args, '-accel')).toEqual(['hvf']);
  expect(values(args, '-append')[0]).toContain('console=ttyAMA0');
});

test.each([
  [{ cpus: 2, availableCpus: 8 }, '8', 'virt'],
  [{ cpus: 2, availableCpus: 9 }, '9', 'virt,gic-version=3'],
  [{ cpus: 12, availableCpus: 4 }, '12', 'virt,gic-version=3'],
])('arm64 has an interrupt controller for all of its processors: %o', (change, count, board) => {
  const { cpus, availableCpus } = change;
  for (const accelerator of ['kvm', 'hvf', 'tcg'] as const) {
    const spec = { ...input.spec, cpus };
    const arm64 = { ...input, architecture: 'arm64', accelerator, availableCpus, spec } as const;
    const args = qemuArguments(arm64);
    expect(values(args, '-smp')).toEqual([count]);
    expect(values(args, '-machine')).toEqual([board]);
  }
  const amd64 = { ...input, availableCpus, spec: { ...input.spec, cpus } };
  expect(values(qemuArguments(amd64), '-machine')).toEqual(['q35']);
});

test.each([
  [{ accelerator: 'kvm' }, '16'],
  [{ accelerator: 'kvm', availableCpus: 2 }, '4'],
  [{ accelerator: 'hvf', architecture: 'arm64' }, '16'],
  [{ accelerator: 'hvf', architecture: 'arm64', version: '7.2.0' }, '8'],
  [{ accelerator: 'kvm', architecture: 'arm64', version: '7.2.0' }, '16'],
  [{ accelerator: 'tcg', architecture: 'arm64', availableCpus: 192 }, '123'],
  [{ accelerator: 'whpx' }, '4'],
] as const)(
  'the board has processors to spare, which the guest leaves alone: %o',
  (change, count) => {
    const args = qemuArguments({ ...input, ...change });
    expect(values(args, '-smp')).toEqual([count]);
    expect(values(args, '-append')[0]).toMatch(/ maxcpus=4$/);
    const disks = values(args, '-device').filter((each) => /blk/.test(each));
    expect(disks.map((each) => /num-queues=(\d+)/.exec(each)?.[1])).toEqual(['4', '4', '4']);
  },
);

test('a PC does not take a host that is busy for a timer that is broken', () => {
  const kernel = (architecture: CommandLineInput['architecture']) =>
    values(qemuArguments({ ...input, architecture }), '-append')[0]?.split(' ');
  expect(kernel('amd64')).toContain('no_timer_check');
  expect(kernel('arm64')).not.toContain('no_timer_check');
});

test.each([
  ['tcg', 'tcg,thread=multi', ['max']],
  ['whpx', 'whpx,kernel-irqchip=off', []],
] as const)('%s has an option and a processor of its own', (accelerator, option, model) => {
  const args = qemuArguments({ ...input, accelerator });
  expect(values(args, '-accel')).toEqual([option]);
  expect(values(args, '-cpu')).toEqual(model);
});

test.each([
  ['amd64', '10.2.0', 'whpx,kernel-irqchip=off', []],
  ['amd64', '11.0.1', 'whpx', []],
  ['arm64', '10.2.0', 'whpx', ['max']],
  ['arm64', '11.0.1', 'whpx', ['max']],
] as const)('WHPX of %s in QEMU %s', (architecture, version, option, model) => {
  const args = qemuArguments({ ...input, accelerator: 'whpx', architecture, version });
  expect(values(args, '-accel')).toEqual([option]);
  expect(values(args, '-cpu')).toEqual(model);
});

test('emulated arm64 processors sign pointers in a way that costs little', () => {
  const args = qemuArguments({ ...input, accelerator: 'tcg', architecture: 'arm64' });
  expect(values(args, '-cpu')).toEqual(['max,pauth-impdef=on']);
});

test('an emulator that is not safe with threads runs its processors in turns', () => {
  const args = qemuArguments({ ...input, accelerator: 'tcg', version: '7.2.22' });
  expect(values(args, '-accel')).toEqual(['tcg,thread=single']);
});

test('disks come in the order that the guest expects', () => {
  const disks = values(qemuArguments(input), '-blockdev').map((each) => JSON.parse(each));
  expect(disks.map((disk) => disk.file.filename)).toEqual([
    '/vm/root.erofs',
    input.paths.dataDisk,
    input.paths.configDisk,
  ]);
  expect(disks.map((disk) => disk['read-only'])).toEqual([true, false, true]);
  expect(disks[1]).toMatchObject({ discard: 'unmap', 'detect-zeroes': 'unmap' });
  const devices = values(qemuArguments(input), '-device').filter((each) => /blk/.test(each));
  expect(devices.map((each) => /drive=(\w+)/.exec(each)?.[1])).toEqual(['root', 'data', 'config']);
});

test('the guest is reached on loopback alone, and nothing listens elsewhere', () => {
  const args = qemuArguments(input);
  expect(values(args, '-netdev')).toEqual(['user,id=net,ipv6=off,hostfwd=tcp:127.0.0.1:0-:22']);
  for (const option of ['-vnc', '-spice', '-gdb', '-monitor']) expect(args).not.toContain(option);
  expect(args).toContain('-nodefaults');
});

test('commas in paths do not end an option', async () => {
  const monitor = await prepareMonitor(input.paths, 'linux');
  const args = qemuArguments({ ...input, monitor });
  const escaped = (path: string) => path.replaceAll(',', ',,');
  expect(values(args, '-qmp')[0]).toContain(`unix:${escaped(input.paths.qmpSocket)},`);
  expect(values(args, '-chardev')[0]).toContain(`path=${escaped(input.paths.console)},`);
});

test('a shared folder is one device, which none may write to that is read-only', () => {
  const folder = { tag: 'share-1', path: '/a,b', hostPath: '/a,b', transport: '9p' } as const;
  const shares = [
    { ...folder, readOnly: true },
    { ...folder, tag: 'share-2', transport: 'sftp', readOnly: false } as const,
  ];
  const args = qemuArguments({ ...input, spec: { ...input.spec, shares } });
  expect(values(args, '-fsdev')).toEqual([
    'local,id=share-1,path=/a,,b,security_model=none,readonly=on,multidevs=remap',
  ]);
  expect(values(args, '-device').filter((each) => each.includes('9p'))).toEqual([
    'virtio-9p-pci,fsdev=share-1,mount_tag=share-1',
  ]);
});
