import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import tls from 'node:tls';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { defaultSettings } from '../../settings/store.ts';
import { hostAuthorities, readAuthorities, readRegistryCertificates } from './certificates.ts';
import { guestNetwork } from './guest-network.ts';

const [one = '', two = ''] = tls.rootCertificates;

test('a PEM file may hold several authorities, and words between; each counts once', async () => {
  const path = join(await temporaryDirectory(), 'bundle.pem');
  await writeFile(path, `Company\n${one}\n\nAnother\n${two.replaceAll('\n', '\r\n')}\n${one}\n`);
  const found = await readAuthorities([path]);
  expect(found.map((each) => each.replaceAll('\r', ''))).toEqual([one, two]);
});

test.each([
  ['nothing', 'holds no certificate in PEM form'],
  [
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    'holds a certificate that is damaged',
  ],
])('a file with %j is named', async (content, complaint) => {
  const path = join(await temporaryDirectory(), 'bad.pem');
  await writeFile(path, content);
  const reading = guestNetwork({ ...defaultSettings(), caCertificates: [path] }, path);
  await expect(reading).rejects.toMatchObject({ code: 'invalid', message: `${path} ${complaint}` });
});

test('a file that is gone is named', async () => {
  await expect(readAuthorities(['/nowhere/ca.pem'])).rejects.toMatchObject({
    message: '/nowhere/ca.pem cannot be read',
  });
});

test('certs.d has the authorities and client certificates of a registry', async () => {
  const directory = await temporaryDirectory();
  const folder = join(directory, 'r.example:5000');
  await mkdir(folder);
  await mkdir(join(directory, 'empty.example'));
  await writeFile(join(folder, 'ca.crt'), one);
  await writeFile(join(folder, 'client.cert'), two);
  await writeFile(join(folder, 'client.key'), 'the key');
  expect(await readRegistryCertificates(directory)).toEqual({
    'r.example:5000': { authorities: [one], clients: [{ certificate: two, key: 'the key' }] },
  });
  expect(await readRegistryCertificates(join(directory, 'nowhere'))).toEqual({});
});

test('the host’s own authorities are included, without Node’s; the user’s settings come first', async () => {
  expect(hostAuthorities().filter((each) => tls.rootCertificates.includes(each))).toEqual([]);
  const nowhere = join(await temporaryDirectory(), 'certs.d');
  const proxy = { https: 'http://localhost:3128', exclude: ['.corp'] };
  const settings = { ...defaultSettings(), proxy, hostCertificates: false };
  expect(await guestNetwork(settings, nowhere)).toEqual({
    registries: { insecure: [], mirrors: [], certificates: {} },
    proxy: { https: 'http://host.docker.internal:3128', exclude: ['.corp'] },
    certificates: [],
  });
});
