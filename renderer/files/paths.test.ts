import { expect, it } from 'vitest';
import { faultOfName, folderOf, nameOf, partsOf, pathIn } from './paths.ts';

it('goes down and up again', () => {
  expect([pathIn('/', 'etc'), pathIn('/etc', 'hosts')]).toEqual(['/etc', '/etc/hosts']);
  expect([folderOf('/etc/hosts'), folderOf('/etc')]).toEqual(['/etc', '/']);
  expect(nameOf('/etc/hosts')).toBe('hosts');
});

it('lists the parts of a path', () => {
  expect(partsOf('/')).toEqual([]);
  expect(partsOf('/etc/ssl')).toEqual([
    { name: 'etc', path: '/etc' },
    { name: 'ssl', path: '/etc/ssl' },
  ]);
});

it.each(['', '.', '..', 'a/b', 'ü'.repeat(128)])('does not take %j for a name', (name) => {
  expect(faultOfName(name)).toBeDefined();
});

it.each(['a', '.env', 'two words', 'ü'.repeat(127)])('takes %j for a name', (name) => {
  expect(faultOfName(name)).toBeUndefined();
});
