import { configWith, type HostileImage, ofConfig, ordinary } from './image.ts';

const container = (name: string, config: unknown) => ofConfig(name, configWith({}, config));
const document = (name: string, more: Readonly<Record<string, unknown>>) =>
  ofConfig(name, configWith(more));
const list = <T>(length: number, make: (at: number) => T) =>
  Array.from({ length }, (_, at) => make(at));

/** Configs that lie, are malformed, or ask for what no container may have. */
export const configs: readonly HostileImage[] = [
  ofConfig('not JSON', '<html>'),
  ofConfig('empty', ''),
  ofConfig('null', 'null'),
  ofConfig('nested 100,000 times', '['.repeat(100_000)),
  ofConfig('10 MB of labels', configWith({}, { Labels: { long: 'x'.repeat(10_000_000) } })),
  ofConfig('the layer itself', ordinary.layer),
  ofConfig('a key __proto__', JSON.stringify(configWith()).replace('{', '{"__proto__":{"a":1},')),
  container('no part for containers', null),
  container('a number for containers', 7),
  container('command as text', { Cmd: 'sh -c evil' }),
  container('command of lists', { Cmd: [['sh'], {}] }),
  container('100,000 words of command', { Cmd: list(100_000, () => 'word') }),
  container('command with a NUL byte', { Cmd: ['sh\0-c', 'a'] }),
  container('variable without a value', { Env: ['NO_VALUE', '=only a value', ''] }),
  container('variable of a megabyte', { Env: [`LONG=${'x'.repeat(1 << 20)}`] }),
  container('variable with a line feed', { Env: ['A=1\nLD_PRELOAD=/evil.so'] }),
  container('variables as an object', { Env: { A: 'b' } }),
  container('user with a path', { User: '../../etc/passwd' }),
  container('user with a huge number', { User: '99999999999999' }),
  container('user with a negative number', { User: '-1:-1' }),
  container('user with a line feed', { User: 'root\nroot' }),
  container('working directory above the root', { WorkingDir: '../../../..' }),
  container('working directory of a descriptor', { WorkingDir: '/proc/1/fd/7' }),
  container('working directory with a NUL byte', { WorkingDir: '/a\0b' }),
  container('working directory of 100,000 characters', { WorkingDir: `/${'w'.repeat(100_000)}` }),
  container('port that is none', { ExposedPorts: { '99999/tcp': {}, 'x/y': {}, '': {} } }),
  container('all ports', {
    ExposedPorts: Object.fromEntries(list(65_535, (at) => [`${at + 1}/tcp`, {}])),
  }),
  container('volume above the root', { Volumes: { '../../..': {}, relative: {} } }),
  container('volume over /', { Volumes: { '/': {} } }),
  container('volume over /proc', { Volumes: { '/proc': {}, '/sys': {}, '/dev': {} } }),
  container('volume with a NUL byte', { Volumes: { '/a\0b': {} } }),
  container('labels with numbers', { Labels: { a: 1, b: null, c: [] } }),
  container("labels of the engine's own objects", {
    Labels: { 'io.berth.kube': 'pod', 'com.docker.compose.project': '../..' },
  }),
  container('stop signal that is none', { StopSignal: 'SIGNOTHING' }),
  container('health check with negative times', {
    Healthcheck: { Test: ['CMD', 'true'], Interval: -1, Timeout: -5, Retries: -9 },
  }),
  container('health check every nanosecond', {
    Healthcheck: { Test: ['CMD', 'true'], Interval: 1 },
  }),
  document('no layers for one layer', { rootfs: { type: 'layers', diff_ids: [] } }),
  document('more layers than there are', {
    rootfs: { type: 'layers', diff_ids: list(3, () => ordinary.diffId) },
  }),
  document('digest of another layer', {
    rootfs: { type: 'layers', diff_ids: [`sha256:${'0'.repeat(64)}`] },
  }),
  document('digest with a path', {
    rootfs: { type: 'layers', diff_ids: ['sha256:../../../etc/passwd'] },
  }),
  document('no root file system', { rootfs: null }),
  document('another operating system', { os: 'windows' }),
  document('platform with a path', { architecture: '../../etc' }),
  document('creation time that is none', { created: 'yesterday' }),
  document('100,000 steps of history', { history: list(100_000, () => ({ created_by: 'x' })) }),
  document('history as text', { history: 'long' }),
];
