import { expect, test } from 'vitest';
import { parseMountFlag } from './mount-flag.ts';

test.each([
  ['target=/x', { type: 'bind', target: '/x', readOnly: true, from: '' }],
  ['type=bind,source=a,dst=/x,rw', { source: 'a', readOnly: false }],
  [
    'type=cache,destination=/c,id=n,sharing=locked,mode=0700,uid=1',
    { id: 'n', sharing: 'locked', mode: 0o700, uid: 1 },
  ],
  ['type=cache,target=/c,ro', { readOnly: true }],
  ['type=tmpfs,target=/t,size=1m', { size: 1 << 20 }],
  ['type=secret,id=s,required,env=V', { id: 's', required: true, env: 'V' }],
  ['type=ssh', { type: 'ssh', id: '', required: false }],
])('%s', (text, expected) => {
  expect(parseMountFlag(text)).toMatchObject(expected);
});

test.each([
  ['type=disk,target=/x', 'unsupported mount type "disk"'],
  ['type=cache,target=/x,sharing=some', 'unsupported sharing value "some"'],
  ['target', "invalid field 'target' must be a key=value pair"],
  ['colour=red,target=/x', "unexpected key 'colour' in 'colour=red'"],
  ['type=cache', 'invalid mount target ""'],
  ['type=cache,target=/x,mode=abc', 'invalid value abc for mode'],
  ['type=cache,target=/x,mode=0789', 'invalid value 0789 for mode'],
  ['type=cache,target=/x,uid=-1', 'invalid value -1 for uid'],
  ['type=tmpfs,target=/x,size=some', 'invalid value some for size'],
  ['type=tmpfs,target=/x,tmpfs-size=', 'invalid value  for tmpfs-size'],
  ['type=secret,id=s,required=maybe', "invalid value for key 'required': maybe"],
])('%s is refused', (text, message) => {
  expect(() => parseMountFlag(text)).toThrow(message);
});
