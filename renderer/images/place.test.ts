import { expect, it } from 'vitest';
import { imagePlace, readImagesPlace, runPlace } from './place.ts';

it.each([
  ['/images', '', { page: 'list' }],
  ['/images/overview/', '', { page: 'list' }],
  ['/images/run', '', { page: 'run', image: '' }],
  ['/images/run?image=ghcr.io%2Fme%2Fweb%3A1', '', { page: 'run', image: 'ghcr.io/me/web:1' }],
  ['/images/run', '?image=nginx', { page: 'run', image: 'nginx' }],
  ['/images/run/ghcr.io/me/web:1', '', { page: 'run', image: 'ghcr.io/me/web:1' }],
  ['/images/layers/100%', '', { page: 'image', tab: 'layers', reference: '100%' }],
  [runPlace('me/web:1'), '', { page: 'run', image: 'me/web:1' }],
  [imagePlace('sha256:12'), '', { page: 'image', tab: 'overview', reference: 'sha256:12' }],
])('%s%s', (location, search, place) => {
  expect(readImagesPlace(location, search)).toEqual(place);
});
