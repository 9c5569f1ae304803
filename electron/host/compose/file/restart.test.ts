import { expect, it } from 'vitest';
import { restartPolicyOf } from './restart.ts';

it.each([
  ['always', { Name: 'always' }],
  ['always:0', { Name: 'always' }],
  ['unless-stopped:', { Name: 'unless-stopped' }],
  ['on-failure', { Name: 'on-failure', MaximumRetryCount: 0 }],
  ['on-failure:', { Name: 'on-failure', MaximumRetryCount: 0 }],
  ['on-failure:few', { Name: 'on-failure', MaximumRetryCount: 0 }],
  ['on-failure:3', { Name: 'on-failure', MaximumRetryCount: 3 }],
])('reads %s', (text, expected) => {
  expect(restartPolicyOf(text)).toEqual(expected);
});

it.each(['sometimes', 'always:3', 'on-failure:-1'])('refuses %s', (text) => {
  expect(() => restartPolicyOf(text)).toThrow(`restart policy "${text}" is not one of no, always`);
});
