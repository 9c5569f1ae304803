import { expect, it } from 'vitest';
import { setDefaults } from '../defaults/defaults.ts';
import { configMaps, secrets } from '../objects/resources.ts';
import { validate } from './validate.ts';

const metadata = { name: 'conf', namespace: 'default' };
const wrong = ['', '.', '..', '..data', '../../etc/x', 'a/b', 'a b', 'a\n', 'x'.repeat(254)];

it.each(wrong)('refuses the key %j, which could be a file outside of a volume', (key) => {
  for (const part of [{ data: { [key]: '' } }, { binaryData: { [key]: '' } }]) {
    expect(() => validate(configMaps, { metadata, ...part }, undefined)).toThrow('Invalid value');
  }
  for (const part of [{ data: { [key]: '' } }, { stringData: { [key]: '' } }]) {
    const secret = setDefaults(secrets, { metadata, ...part });
    expect(() => validate(secrets, secret, undefined)).toThrow('Invalid value');
  }
});

it('accepts the keys that Kubernetes accepts', () => {
  const data = { '.hidden': '', 'App_1-x.ini': '', 'a..b': '', ['x'.repeat(253)]: '' };
  const conf = { metadata, data };
  expect(() => validate(configMaps, conf, undefined)).not.toThrow();
  expect(() => validate(secrets, conf, undefined)).not.toThrow();
});
