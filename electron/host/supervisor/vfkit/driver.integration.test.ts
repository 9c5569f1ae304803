import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { describeMachine } from '../testing/conformance.ts';
import { writeStubImage } from '../testing/stub-image.ts';
import { standInDriver } from './testing/prepare-stand-in.ts';

// Apple's framework exists only on a Mac, so a stand-in takes vfkit's place.
const folder = mkdtempSync(join(tmpdir(), 'berth-vfkit-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

describeMachine({
  name: 'vfkit',
  driver: await standInDriver(folder),
  image: async () => writeStubImage(await temporaryDirectory()),
  resizes: ['cpus'],
});
