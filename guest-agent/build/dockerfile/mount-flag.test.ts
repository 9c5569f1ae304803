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
  ['type=secret,id=s,env=', { env: '' }],
  ['type=bind,"source=a,b",target=/x', { source: 'a,b', target: '/x' }],
  ['TYPE=bind,Target=/x', { target: '/x' }],
  ['type=ssh', { type: 'ssh', id: '', required: false }],
])('%s', (text, expected) => {
  expect(parseMountFlag(text)).toMatchObject(expected);
});

test.each([
  ['type=disk,target=/x', 'unsupported mount type "disk"'],
  ['type=cach,target=/x', 'unsupported mount type "cach" (did you mean cache?)'],
  ['type=cache,target=/x,sharing=some', 'unsupported sharing value "some"'],
  ['target', "invalid field 'target' must be a key=value pair"],
  ['colour=red,target=/x', "unexpected key 'colour' in 'colour=red'"],
  ['type=cache,target=/x,mode=abc', 'invalid value abc for mode'],
  ['type=cache,target=/x,mode=0789', 'invalid value 0789 for mode'],
  ['type=cache,target=/x,uid=-1', 'invalid value -1 for uid'],
  ['type=tmpfs,target=/x,size=some', 'invalid value for size: some'],
  ['type=tmpfs,target=/x,tmpfs-size=', "unexpected key 'tmpfs-size' in 'tmpfs-size='"],
  ['type=tmpfs,target=/x,mode=7', 'mode not allowed for "tmpfs" type mounts'],
  ['target=/x,uid=7', 'uid not allowed for "bind" type mounts'],
  ['type=secret,id=s,required=maybe', 'invalid value for required: maybe'],
  ['target=/x,required', "unexpected key 'required' for mount type 'bind'"],
  ['size=1m,type=tmpfs,target=/x', "unexpected key 'size' for mount type 'bind'"],
  ['type=secret', 'invalid secret mount. one of source, target required'],
  ['type=secret,id=a,source=b', "both source and id can't be set"],
  ['type=secret,id=a,from=b', 'secret mount should not have a from'],
  ['type=secret,id=a,sharing=locked', 'secret mount should not define sharing'],
  ['target=/x,sharing=locked', 'invalid cache sharing set for bind mount'],
  [
    'type=tmpfs,"target=/a"b',
    'failed to parse csv mounts: parse error on line 1, column 22: extraneous or missing " in quoted-field',
  ],
  ['a=b,c"d', 'parse error on line 1, column 6: bare " in non-quoted-field'],
  ['type=ssh,source=a', 'ssh does not support source'],
  ['typ=cache', "unexpected key 'typ' in 'typ=cache' (did you mean type?)"],
])('%s is refused', (text, message) => {
  expect(() => parseMountFlag(text)).toThrow(message);
});
