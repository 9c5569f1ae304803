import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../host/base/testing/temporary-directory.ts';
import { keepPrevious, restorePrevious } from './previous-version.ts';

it('keeps the version before the update, and puts it back if the update fails', async () => {
  const app = join(await temporaryDirectory(), 'Berth.AppImage');
  const previous = `${app}.previous`;
  writeFileSync(previous, 'very old');
  writeFileSync(app, 'old');
  keepPrevious(app);
  // As the updater does it.
  rmSync(app);
  expect(readFileSync(previous, 'utf8')).toBe('old');
  restorePrevious(app);
  expect(readFileSync(app, 'utf8')).toBe('old');

  keepPrevious(app);
  rmSync(app);
  writeFileSync(app, 'new');
  restorePrevious(app);
  expect(readFileSync(app, 'utf8')).toBe('new');
  expect(existsSync(previous)).toBe(true);
});
