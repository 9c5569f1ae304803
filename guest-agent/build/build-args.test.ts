import { expect, test } from 'vitest';
import { BuildArgs } from './build-args.ts';

const target = { os: 'linux', architecture: 'arm64', variant: 'v8' };

test('a given value overrides the default, and the stage’s default overrides the global default', () => {
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

test('RUN sees declared arguments unless ENV hides them, and proxies don’t change the key', () => {
  const args = new BuildArgs({ http_proxy: 'p', z: '1', unasked: 'x' }, undefined);
  args.declare('z', undefined);
  args.declare('hidden', 'y');
  const env = ['hidden=by env'];
  expect(args.forCacheKey(env)).toEqual(['z=1']);
  expect(args.forRun(env)).toEqual(['http_proxy=p', 'z=1']);
  expect(args.unused()).toEqual(['unasked']);
});

test('BuildKit gives proxies in both cases, and keeps the order of the declarations', () => {
  const args = new BuildArgs({ http_proxy: 'p', NO_PROXY: 'n', no_proxy: 'o' }, undefined);
  args.declare('z', '1');
  args.declare('a', '2');
  args.declare('z', '3');
  expect(args.forCacheKey([], 'declared')).toEqual(['z=3', 'a=2']);
  expect(args.forRun([], 'in both cases')).toEqual([
    ...['HTTP_PROXY=p', 'NO_PROXY=n', 'a=2', 'http_proxy=p', 'no_proxy=o', 'z=3'],
  ]);
});

test('the platform is available in FROM lines, and in stages that declare it', () => {
  const args = new BuildArgs({}, target);
  expect(args.globals().get('TARGETPLATFORM')).toBe('linux/arm64');
  expect(args.declared().has('TARGETARCH')).toBe(false);
  args.declare('TARGETARCH', undefined);
  expect(args.declared().get('TARGETARCH')).toBe('arm64');
});

test('the target’s stage is an argument, and given values replace predefined ones', () => {
  const args = new BuildArgs({ TARGETARCH: 'mine' }, target, 'final');
  expect(args.globals().get('TARGETSTAGE')).toBe('final');
  expect(args.globals().get('TARGETARCH')).toBe('mine');
  expect(new BuildArgs({}, target, '').globals().get('TARGETSTAGE')).toBe('default');
});

test('the history of a BuildKit RUN has all declared arguments, with the values that RUN sees', () => {
  const args = new BuildArgs({}, undefined);
  args.declare('z', '1');
  args.declare('none', undefined);
  args.declare('hidden', 'y');
  expect(args.forHistory(['hidden=by env'])).toEqual(['z=1', 'none=', 'hidden=by env']);
});

test('a stage inherits arguments without a value, which its history names', () => {
  const args = new BuildArgs({}, undefined);
  args.declare('none', undefined);
  args.declare('z', '1');
  const child = args.forStage();
  child.beginStage(args.inheritable());
  expect(child.forHistory([])).toEqual(['none=', 'z=1']);
  expect(child.declared()).toEqual(new Map([['z', '1']]));
});

test('an ARG overrides an earlier ENV of its stage with BuildKit, and a later ENV the ARG', () => {
  const args = new BuildArgs({}, undefined);
  const env = ['A=env', 'B=env'];
  const seen = (of = args) =>
    Object.fromEntries(
      of.variables([
        ['A', 'env'],
        ['B', 'env'],
      ]),
    );
  args.declare('A', 'arg', { overrides: true });
  args.declare('B', 'arg');
  expect(seen()).toEqual({ A: 'arg', B: 'env' });
  expect(args.forRun(env)).toEqual(['A=arg']);
  expect(args.forCacheKey(env)).toEqual(['A=arg']);
  expect(args.forHistory(env)).toEqual(['A=arg', 'B=env']);
  const child = args.forStage();
  child.beginStage(args.inheritable());
  expect(seen(child)).toEqual({ A: 'env', B: 'env' });
  args.overrideBy('A');
  expect(seen()).toEqual({ A: 'env', B: 'env' });
});
