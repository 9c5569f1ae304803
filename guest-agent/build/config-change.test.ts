import { expect, test } from 'vitest';
import { configChange } from './config-change.ts';

test('instructions are applied in order to the existing configuration', () => {
  const change = configChange([
    'ENV A=1 B="two words"',
    'WORKDIR /a\nWORKDIR $A',
    'CMD ["x"]',
    'ENTRYPOINT ["y"]',
    'EXPOSE 80',
  ]);
  expect(change({ Env: ['A=0', 'C=3'], User: 'me' })).toEqual({
    ...{ Env: ['A=1', 'C=3', 'B=two words'], User: 'me', WorkingDir: '/a/1' },
    ...{ Cmd: ['x'], Entrypoint: ['y'], ExposedPorts: { '80/tcp': {} } },
  });
});

test.each<[string, object]>([
  ['CMD ["ls", "-l"]', { Cmd: ['ls', '-l'] }],
  ['CMD ls -l', { Cmd: ['/bin/sh', '-c', 'ls -l'] }],
  ['entrypoint ["/run"]', { Entrypoint: ['/run'] }],
  ['ENV A=1 B="two words" C=x\\ y', { Env: ['A=1', 'B=two words', 'C=x y'] }],
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
  expect(configChange([change])({})).toEqual(expected);
});

test('a new entrypoint removes the command of the old entrypoint', () => {
  expect(configChange(['ENTRYPOINT ["y"]'])({ Cmd: ['x'] })).toEqual({ Entrypoint: ['y'] });
});

test('no changes change nothing', () => {
  const config = { User: 'me' };
  expect(configChange([])(config)).toBe(config);
  expect(configChange([''])(config)).toBe(config);
});

test.each([
  ['RUN x', 'run is not a valid change command'],
  ['FROM x', 'from is not a valid change command'],
  ['NOPE x', 'unknown instruction: NOPE'],
  ['USER', 'USER requires exactly one argument'],
  ['ENV A', 'ENV must have two arguments'],
])('%s is refused', (line, message) => {
  expect(() => configChange([line])).toThrow(message);
});
