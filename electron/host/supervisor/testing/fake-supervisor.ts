import { join } from 'node:path';
import { berthHome } from '../../home/paths.ts';
import { superviseProcess } from '../process.ts';
import { createFakeMachine } from './fake-machine.ts';
import { recordSupervisor } from './recorded-supervisors.ts';
import { writeStubImage } from './stub-image.ts';

/** `supervisor/main.ts` with the fake driver. */
recordSupervisor(berthHome());
const images = join(berthHome(), 'image');
await writeStubImage(images);
process.env.BERTH_IMAGE_DIR = images;

await superviseProcess({
  home: berthHome(),
  name: process.argv[2] ?? 'default',
  idleCheckMs: 50,
  driver: (context) => createFakeMachine(context),
});
