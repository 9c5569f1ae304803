import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { dataDiskPaths, hypervDataDisk } from '../../home/paths.ts';
import { describeMachine } from '../testing/conformance.ts';
import { writeStubImage } from '../testing/stub-image.ts';
import { createHypervMachine } from './driver.ts';
import { standInAddress, standInHost } from './testing/stand-in-host.ts';

describeMachine({
  name: 'hyperv',
  driver: (context) =>
    createHypervMachine(context, standInHost(join(context.paths.directory, '..', '..'))),
  async image() {
    const directory = await temporaryDirectory();
    const esp = join(directory, 'esp.img');
    await writeFile(esp, Buffer.alloc(4096));
    return { ...(await writeStubImage(directory)), esp };
  },
  paths: (paths) => ({ ...paths, ...dataDiskPaths(paths.directory, hypervDataDisk) }),
  host: standInAddress,
});
