import { Readable } from 'node:stream';
import type { Images } from '../../../engine/images/images.ts';
import { EngineError } from '../../../errors.ts';
import { parseReference } from '../../../registry/reference.ts';
import { tarMember } from '../../../store/tar/member.ts';
import { writeTar } from '../../../store/tar/writer.ts';
import { pauseProgram } from './pause-program.ts';

/** The image of the containers that hold the namespaces of pods. */
export const PAUSE_IMAGE = 'berth/pause:1';

/** Makes the image if it is missing. Nothing is pulled. */
export async function ensurePauseImage(images: Images): Promise<void> {
  try {
    images.resolve(PAUSE_IMAGE);
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'not-found') throw error;
    await makePauseImage(images);
  }
}

async function makePauseImage(images: Images): Promise<void> {
  const program = pauseProgram();
  const member = tarMember({ name: 'pause', type: 'file', mode: 0o755, size: program.length });
  using layer = await images.addLayer(Readable.from(writeTar([{ member, content: [program] }])));
  await images.commit(
    {
      ...{ layer, createdBy: 'berth', created: new Date(0).toISOString() },
      // As process 1, the program ignores every signal that it can.
      config: { Entrypoint: ['/pause'], StopSignal: 'SIGKILL' },
    },
    parseReference(PAUSE_IMAGE),
  );
}
