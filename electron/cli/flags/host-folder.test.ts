import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mountFlag, volumeFlag } from './host-folder.ts';

test('folders of the host are relative to where the command runs', () => {
  expect(mountFlag('type=bind,source=.,target=/h')).toEqual({
    ...{ Type: 'bind', Source: process.cwd(), Target: '/h' },
  });
  expect(volumeFlag('./a/../b:/b:ro')).toEqual({
    ...{ source: join(process.cwd(), 'b'), target: '/b', options: ['ro'] },
  });
});

test('volumes and what belongs to the machine stay as they are', () => {
  expect(volumeFlag('data:/b')).toEqual({ source: 'data', target: '/b' });
  expect(volumeFlag('/b')).toEqual({ target: '/b' });
  expect(volumeFlag('/proc/../proc:/b').source).toBe('/proc/../proc');
  expect(mountFlag('source=data,target=/b')).toMatchObject({ Source: 'data' });
});
