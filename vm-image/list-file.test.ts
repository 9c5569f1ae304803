import { expect, test } from 'vitest';
import { parseList } from './list-file.ts';

test('a list gives its entries without comments and empty lines', () => {
  const text = '# about the list\n\ncrun   # OCI runtime\n./usr/lib/*/*.a\nname [amd64]  # why\n';
  expect(parseList(text)).toEqual(['crun', './usr/lib/*/*.a', 'name [amd64]']);
});
