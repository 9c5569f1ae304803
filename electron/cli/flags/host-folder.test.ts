import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mountFlag, volumeFlag } from './host-folder.ts';

test('host folders are relative to the working directory', () => {
  expect(mountFlag('type=bind,source=.,target=/h')).toEqual({
    ...{ Type: 'bind', Source: process.cwd(), Target: '/h' },
  });
  expect(volumeFlag('./a/../b:/b:ro')).toEqual({
    ...{ source: join(process.cwd(), 'b'), target: '/b', options: ['ro'] },
  });
});

test('volumes and paths in the VM don’t change', () => {
  expect(volumeFlag('data:/b')).toEqual({ source: 'data', target: '/b' });
  expect(volumeFlag('/b')).toEqual({ target: '/b' });
  expect(volumeFlag('/proc/../proc:/b').source).toBe('/proc/../proc');
  expect(mountFlag('source=data,target=/b')).toMatchObject({ Source: 'data' });
});
