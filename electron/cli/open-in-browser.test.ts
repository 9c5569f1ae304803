import { expect, test } from 'vitest';
import { openerOf } from './open-in-browser.ts';

const app = { url: 'http://127.0.0.1:1/?token=secret', ownUrl: 'http://127.0.0.1:1/?ticket=own' };

test.each(['linux', 'darwin'] as const)('on %s, no argument tells others the token', (platform) => {
  const { program, args, input = '' } = openerOf(platform, app);
  expect([program, ...args].join(' ')).not.toContain('secret');
  expect([...args, input].join(' ')).toMatch(/ticket=own|open location ".*token=secret"/);
});

test('on Windows, other users can’t read arguments anyway', () => {
  expect(openerOf('win32', app).args).toContain(app.url);
});
