import { expect, test } from 'vitest';
import { applyChanges } from './config-changes.ts';

test.each<[string, object]>([
  ['CMD ["ls", "-l"]', { Cmd: ['ls', '-l'] }],
  ['CMD ls -l', { Cmd: ['/bin/sh', '-c', 'ls -l'] }],
  ['entrypoint ["/run"]', { Entrypoint: ['/run'] }],
  ['ENV A=1 "B=two words" C=x\\ y', { Env: ['A=1', 'B=two words', 'C=x y'] }],
  ['ENV A one two', { Env: ['A=one two'] }],
  ['LABEL a="b c" d=', { Labels: { a: 'b c', d: '' } }],
  ['EXPOSE 80 53/udp', { ExposedPorts: { '80/tcp': {}, '53/udp': {} } }],
  ['VOLUME ["/a", "/b c"]', { Volumes: { '/a': {}, '/b c': {} } }],
  ['VOLUME /a /b', { Volumes: { '/a': {}, '/b': {} } }],
  ['WORKDIR /srv\nWORKDIR app', { WorkingDir: '/srv/app' }],
  ['USER 1000:1000', { User: '1000:1000' }],
  ['STOPSIGNAL SIGINT', { StopSignal: 'SIGINT' }],
  ['ONBUILD RUN make', { OnBuild: ['RUN make'] }],
])('%s', (change, expected) => {
  expect(applyChanges({}, [change])).toEqual(expected);
});

test('a variable is replaced, others stay', () => {
  expect(applyChanges({ Env: ['A=1', 'B=2'] }, ['ENV A=3']).Env).toEqual(['B=2', 'A=3']);
});

test.each([
  ['RUN make', 'run is not a valid change command'],
  ['CMD', 'CMD requires at least one argument'],
  ['EXPOSE x', 'invalid containerPort'],
])('refuses %s', (change, message) => {
  expect(() => applyChanges({}, [change])).toThrow(message);
});
