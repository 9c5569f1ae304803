import { expect, test } from 'vitest';
import { BuildArgs } from './build-args.ts';

const target = { os: 'linux', architecture: 'arm64', variant: 'v8' };

test('a given value goes before the default, and the default of the stage before the global one', () => {
  const args = new BuildArgs({ a: 'given' }, undefined);
  args.declareGlobal('a', 'x');
  args.declareGlobal('b', 'global');
  args.beginStage();
  args.declare('a', 'default');
  args.declare('b', undefined);
  args.declare('c', 'own');
  expect(args.declared()).toEqual(
    new Map([
      ['a', 'given'],
      ['b', 'global'],
      ['c', 'own'],
    ]),
  );
  args.beginStage();
  expect(args.declared()).toEqual(new Map());
});

test('RUN has what was declared and ENV does not hide; proxies change no key', () => {
  const args = new BuildArgs({ http_proxy: 'p', z: '1', unasked: 'x' }, undefined);
  args.declare('z', undefined);
  args.declare('hidden', 'y');
  const env = ['hidden=by env'];
  expect(args.forCacheKey(env)).toEqual(['z=1']);
  expect(args.forRun(env)).toEqual(['http_proxy=p', 'z=1']);
  expect(args.unused()).toEqual(['unasked']);
});

test('the platform is known in FROM lines, and in stages that ask for it', () => {
  const args = new BuildArgs({}, target);
  expect(args.globals().get('TARGETPLATFORM')).toBe('linux/arm64/v8');
  expect(args.declared().has('TARGETARCH')).toBe(false);
  args.declare('TARGETARCH', undefined);
  expect(args.declared().get('TARGETARCH')).toBe('arm64');
});
