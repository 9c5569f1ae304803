import { expect, it } from 'vitest';
import { folderOf, shortPath } from './short-path.ts';

it('writes ~ for the home folder, and for nothing that only begins like it', () => {
  const mac = { home: '/Users/ann', separator: '/' } as const;
  expect(shortPath('/Users/ann/shop/compose.yaml', mac)).toBe('~/shop/compose.yaml');
  expect(shortPath('/Users/ann', mac)).toBe('~');
  expect(shortPath('/Users/anna/shop', mac)).toBe('/Users/anna/shop');
  const windows = { home: 'C:\\Users\\ann', separator: '\\' } as const;
  expect(shortPath('C:\\Users\\ann\\shop', windows)).toBe('~\\shop');
});

it.each([
  ['/home/me/shop/compose.yaml', '/home/me/shop'],
  ['C:\\work\\shop\\compose.yaml', 'C:\\work\\shop'],
  ['/compose.yaml', '/'],
])('the folder of %s is %s', (file, folder) => {
  expect(folderOf(file)).toBe(folder);
});
