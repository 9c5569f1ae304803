import { expect, test } from 'vitest';
import { machinePaths } from '../../home/paths.ts';
import { type VfkitInput, vfkitArguments } from './command-line.ts';
import { parseOptions } from './testing/option-grammar.ts';

const paths = machinePaths('/Users/ann/.berth', 'default', 'darwin');
const image = { kernel: '/img/kernel', initrd: '/img/initrd', root: '/img/root.erofs' };
const input: VfkitInput = { spec: { cpus: 4, memoryMiB: 4096 }, image, paths };
const devices = (args: readonly string[]) =>
  args.filter((_, index) => args[index - 1] === '--device');

test('a VM has its disks in the order that the guest expects, and only the data disk is writable', () => {
  const args = vfkitArguments(input);
  expect(devices(args).filter((device) => device.startsWith('virtio-blk'))).toEqual([
    'virtio-blk,path=/img/root.erofs,readonly,deviceId=berth-root',
    'virtio-blk,path=/Users/ann/.berth/machines/default/data.img,deviceId=berth-data',
    'virtio-blk,path=/Users/ann/.berth/machines/default/config.img,readonly,deviceId=berth-config',
  ]);
  expect(args.join(' ')).toContain('--cpus 4 --memory 4096');
  expect(args.join(' ')).toContain(`--pidfile ${paths.hypervisorPid}`);
});

test('the kernel is booted directly, with the only console that Apple has', () => {
  const bootloader = vfkitArguments(input)[5] ?? '';
  expect(bootloader).toMatch(
    /^linux,kernel=\/img\/kernel,initrd=\/img\/initrd,cmdline="console=hvc0 .*lsm=capability,landlock,yama,bpf panic=-1"$/,
  );
});

test('each VM has a MAC address of its own that stays the same', () => {
  const card = (name: string) =>
    devices(
      vfkitArguments({ ...input, paths: machinePaths('/Users/ann/.berth', name, 'darwin') }),
    ).find((device) => device.startsWith('virtio-net'));
  expect(card('default')).toMatch(/^virtio-net,nat,mac=[0-9a-f][26ae](:[0-9a-f]{2}){5}$/);
  expect(card('default')).toBe(card('default'));
  expect(card('work')).not.toBe(card('default'));
});

test('paths with spaces and percent signs reach vfkit unchanged', () => {
  const odd = machinePaths('/Users/ann/My 50% ü', 'default', 'darwin');
  const uri = vfkitArguments({ ...input, paths: odd }).at(-3) ?? '';
  expect(uri).toBe('unix:///Users/ann/My%2050%25%20%C3%BC/machines/default/vfkit.sock');
  const options = ['--restful-uri', uri, '--cpus', '1', '--memory', '1', '--bootloader', 'linux'];
  const rest = [
    '--device',
    'virtio-net,nat,mac=02:00:00:00:00:01',
    '--device',
    'virtio-serial,logFilePath=/c',
  ];
  expect(parseOptions([...options, ...rest], () => {}).socket).toBe(odd.vfkitSocket);
});

test('a path that vfkit would cut at a comma is an error with advice', () => {
  const odd = machinePaths('/Users/ann/a,b', 'default', 'darwin');
  expect(() => vfkitArguments({ ...input, paths: odd })).toThrow(
    expect.objectContaining({ code: 'invalid', hint: expect.stringContaining('BERTH_HOME') }),
  );
});
