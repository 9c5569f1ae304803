import { expect, it } from 'vitest';
import { testRecord } from '../../testing/test-engine.ts';
import { checkLogPatterns, logAttributes } from './log-attributes.ts';

const attributes = (Config: object) =>
  logAttributes(
    testRecord(
      {},
      { LogConfig: { Config } },
      { Image: 'busybox', Labels: { team: 'a', tier: 'web' }, Env: ['MODE=x=y', 'HOME=/'] },
    ),
  );

it('has the labels and variables that the options name', () => {
  expect(attributes({})).toEqual({});
  expect(attributes({ labels: 'team,nosuch', env: 'MODE' })).toEqual({ team: 'a', MODE: 'x=y' });
  expect(attributes({ 'labels-regex': '^ti', 'env-regex': 'OM' })).toEqual({
    ...{ tier: 'web', HOME: '/' },
  });
});

it('fills in the tag', () => {
  expect(attributes({ tag: '{{.Name}}/{{ .ID }}/{{.ImageName}}' })).toEqual({
    tag: 'calm_otter/aaaaaaaaaaaa/busybox',
  });
});

it('rejects an invalid regular expression', () => {
  expect(() => checkLogPatterns({ 'env-regex': '(' })).toThrow('invalid env-regex');
});
