import { expect, test } from 'vitest';
import { containerDomains } from '../../../../guest-agent/contract/host-names.ts';
import { findDomain } from './find-domain.ts';
import { isFromForeignPage } from './foreign-page.ts';

const both = Object.values(containerDomains);
const onlyLocalhost = [containerDomains.localhost];
const web = {
  ...{ containerId: 'c0ffee', containerName: 'web', names: ['web', 'web.shop'] },
  target: { host: '172.17.0.2', port: 80 },
};

test.each([
  'web.berth.localhost',
  'WEB.berth.localhost:8880',
  'web.berth.local',
  'web.berth.local.:80',
  'web.shop.berth.localhost',
])('%s is the container', (host) => {
  expect(findDomain(host, [web], both)).toEqual({ kind: 'container', domain: web });
});

test.each([
  ['api.berth.localhost', { kind: 'unknown', name: 'api' }],
  ['berth.localhost', { kind: 'unknown', name: '' }],
  ['localhost', { kind: 'foreign' }],
  ['127.0.0.1:8880', { kind: 'foreign' }],
  ['web.berth.localhost.evil.example', { kind: 'foreign' }],
  ['evil-berth.local', { kind: 'foreign' }],
  [undefined, { kind: 'foreign' }],
])('%s is not', (host, expected) => {
  expect(findDomain(host, [web], both)).toEqual(expected);
});

const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' };

test.each([
  ['a program', {}],
  ['a link on another page', { ...navigation, referer: 'https://example.com/' }],
  ['a form of the page itself', { origin: 'http://web.berth.localhost:8880' }],
  ['a page of a development server', { origin: 'http://localhost:5173' }],
  [
    'an image in one',
    {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'no-cors',
      referer: 'http://127.0.0.1:3000/',
    },
  ],
])('%s may ask', (_, headers) => {
  expect(isFromForeignPage(headers, both)).toBe(false);
});

test.each([
  ['a script of another page', { origin: 'https://example.com' }],
  ['a form of one', { ...navigation, origin: 'https://example.com' }],
  ['a page without a name', { origin: 'null' }],
  ['a page that looks like one of ours', { origin: 'http://berth.local.example.com' }],
  ['an image in another page', { 'sec-fetch-site': 'cross-site', referer: 'https://example.com/' }],
  ['one that hides where it is', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
])('%s may not', (_, headers) => {
  expect(isFromForeignPage(headers, both)).toBe(true);
});

test('a name in .local, which others on the network can answer for, counts only where that form is on', () => {
  expect(findDomain('web.berth.local', [web], onlyLocalhost)).toEqual({ kind: 'foreign' });
  const page = { origin: 'http://web.berth.local:8880' };
  expect(isFromForeignPage(page, onlyLocalhost)).toBe(true);
  expect(isFromForeignPage(page, both)).toBe(false);
});
