import { describe, expect, it } from 'vitest';
import { linkAmong, readLink } from './deep-link.ts';

describe('readLink', () => {
  it('leads to the form with the image, and takes nothing else', () => {
    expect(readLink('berth://run?image=ghcr.io/acme/web:1.2&privileged=true')).toEqual({
      image: 'ghcr.io/acme/web:1.2',
      path: '/images/run?image=ghcr.io%2Facme%2Fweb%3A1.2',
    });
  });

  it.each([
    'berth://run',
    'berth://run?image=',
    'berth://run?image=--privileged',
    'berth://run?image=a%0Ab',
    'berth://run?image=a%20b',
    `berth://run?image=${'a'.repeat(300)}`,
    'berth://remove?image=alpine',
    'https://run?image=alpine',
    'not a link',
  ])('leads nowhere: %s', (address) => {
    expect(readLink(address)).toBeUndefined();
  });
});

it('finds the link among the arguments of a start', () => {
  const argv = ['/opt/Berth/berth', '--flag', 'berth://run?image=alpine'];
  expect(linkAmong(argv)?.image).toBe('alpine');
  expect(linkAmong(['/opt/Berth/berth'])).toBeUndefined();
});
