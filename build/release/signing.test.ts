import { expect, it } from 'vitest';
import { targetNamed } from '../package/targets.ts';
import { signedConfiguration, signingNotices, withoutEmptySecrets } from './signing.ts';

const mac = { CSC_LINK: 'cert.p12', CSC_KEY_PASSWORD: 'p' };
const apple = { APPLE_API_KEY: 'key.p8', APPLE_API_KEY_ID: 'id', APPLE_API_ISSUER: 'issuer' };
const azure = {
  ...{ AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 's' },
  ...{ AZURE_SIGNING_ENDPOINT: 'https://e', AZURE_SIGNING_ACCOUNT: 'a' },
  ...{ AZURE_SIGNING_PROFILE: 'p', AZURE_SIGNING_PUBLISHER: 'CN=Berth' },
};

it('notarizes only with a certificate and a key of Apple', () => {
  const notarize = (environment: Record<string, string>) =>
    signedConfiguration({}, environment).mac?.notarize;
  expect(notarize({ ...mac, ...apple })).toBe(true);
  expect(notarize({ ...mac })).toBe(false);
  expect(notarize({ ...apple })).toBe(false);
  expect(notarize({ ...mac, ...apple, APPLE_API_ISSUER: '' })).toBe(false);
});

it('signs for Windows with Azure when all of its secrets are there', () => {
  expect(signedConfiguration({}, azure).win?.azureSignOptions).toEqual({
    ...{ endpoint: 'https://e', codeSigningAccountName: 'a' },
    ...{ certificateProfileName: 'p', publisherName: 'CN=Berth' },
  });
  const { AZURE_CLIENT_SECRET: _, ...incomplete } = azure;
  expect(signedConfiguration({}, incomplete).win).not.toHaveProperty('azureSignOptions');
});

it('keeps the rest of the configuration', () => {
  expect(signedConfiguration({ appId: 'a', mac: { icon: 'i' } }, {})).toMatchObject({
    ...{ appId: 'a', mac: { icon: 'i' } },
  });
});

it('says what is missing, by platform', () => {
  const notices = (name: string, environment: Record<string, string>) =>
    signingNotices(targetNamed(name), environment);
  expect(notices('linux-x64', {})).toEqual([]);
  expect(notices('darwin-arm64', { ...mac, ...apple })).toEqual([]);
  expect(notices('darwin-arm64', mac)).toEqual([expect.stringContaining('APPLE_API_KEY')]);
  expect(notices('darwin-x64', {})).toHaveLength(2);
  expect(notices('win32-x64', {})[0]).toMatch(/AZURE_TENANT_ID.*or WIN_CSC_LINK/);
  expect(notices('win32-x64', azure)).toEqual([]);
  expect(notices('win32-arm64', { WIN_CSC_LINK: 'c', WIN_CSC_KEY_PASSWORD: 'p' })).toEqual([]);
});

it('doesn’t take secrets that don’t exist for file names', () => {
  const environment = { CSC_LINK: '', WIN_CSC_LINK: 'cert', PATH: '' };
  withoutEmptySecrets(environment);
  expect(environment).toEqual({ WIN_CSC_LINK: 'cert', PATH: '' });
});
