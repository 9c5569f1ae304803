import { expect, test } from 'vitest';
import { formatMount, parseMount } from './mount.ts';

test.each([
  ['source=data,target=/data', { Type: 'volume', Source: 'data', Target: '/data' }],
  ['type=volume,dst=/data,ro', { Type: 'volume', Target: '/data', ReadOnly: true }],
  [
    'type=tmpfs,destination=/t,tmpfs-size=64m,tmpfs-mode=1770',
    { Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 67108864, Mode: 0o1770 } },
  ],
  [
    'type=image,source=busybox,target=/i,image-subpath=bin',
    { Type: 'image', Source: 'busybox', Target: '/i', ImageOptions: { Subpath: 'bin' } },
  ],
  [
    'type=bind,source=/home,target=/h,ro,bind-propagation=rslave,bind-recursive=disabled',
    {
      ...{ Type: 'bind', Source: '/home', Target: '/h', ReadOnly: true },
      BindOptions: { Propagation: 'rslave', NonRecursive: true },
    },
  ],
  ['type=bind,source=.,target=/h', { Type: 'bind', Source: '.', Target: '/h' }],
  [
    'type=bind,source=/h,target=/h,readonly=1,bind-recursive=readonly,consistency=cached',
    {
      ...{ Type: 'bind', Source: '/h', Target: '/h', ReadOnly: true, Consistency: 'cached' },
      BindOptions: { ReadOnlyForceRecursive: true },
    },
  ],
  ['"source=a ""b"", c",target=/ü', { Type: 'volume', Source: 'a "b", c', Target: '/ü' }],
  [
    'source=d,target=/d,volume-subpath=a/b,volume-label=x=1,volume-label=y,volume-nocopy',
    {
      ...{ Type: 'volume', Source: 'd', Target: '/d' },
      VolumeOptions: { NoCopy: true, Labels: { x: '1', y: '' }, Subpath: 'a/b' },
    },
  ],
  [
    'source=d,target=/d,volume-driver=local,volume-opt=type=tmpfs,"volume-opt=o=size=1m,ro"',
    {
      ...{ Type: 'volume', Source: 'd', Target: '/d' },
      VolumeOptions: {
        DriverConfig: { Name: 'local', Options: { type: 'tmpfs', o: 'size=1m,ro' } },
      },
    },
  ],
])('%s', (text, mount) => {
  expect(parseMount(text)).toEqual(mount);
  expect(parseMount(formatMount(parseMount(text)))).toEqual(mount);
});

test.each([
  ['type=volume', 'target is required'],
  ['target=data', 'target must be an absolute path'],
  ['type=npipe,target=/a', 'type "npipe" is not one of bind, volume, tmpfs, image'],
  ['targte=/a', 'unexpected key "targte"'],
  ['type=bind,target=/a', 'a bind mount needs a source'],
  ['type=bind,source=/h,target=/a,bind-propagation=x', 'unknown propagation "x"'],
  ['type=bind,source=/h,target=/a,bind-recursive=x', 'bind-recursive "x" is not one of enabled'],
  ['type=tmpfs,target=/a,tmpfs-mode=9', 'tmpfs-mode "9" is not an octal number'],
  ['type=tmpfs,target=/a,tmpfs-size=x', '"x" is not a valid size'],
  ['target=/a,"source', 'unexpected quote in'],
])('refuses %s', (text, reason) => {
  expect(() => parseMount(text)).toThrow(reason);
});
