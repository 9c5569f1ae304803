import { pullAuth } from '../../credentials/registry-auth.ts';
import { readOnChange } from '../../engine/changes.ts';
import { pullImage, removeImage } from '../../engine/images.ts';
import { readImages } from '../images.ts';
import { screen } from '../implementer.ts';
import { PullTally } from '../pull-progress.ts';
import type { ScreenHost } from '../screen-host.ts';

export function imageHandlers({ engine, credentials, settings }: ScreenHost) {
  return {
    list: screen.images.list.handler(() => readImages(engine)),
    watch: screen.images.watch.handler(async function* ({ context }) {
      yield* readOnChange(engine, 'image', () => readImages(engine), context.gone);
    }),
    pull: screen.images.pull.handler(async function* ({ input, context }) {
      const tally = new PullTally();
      const messages = pullImage(engine, input.reference, {
        ...(await pullAuth({ credentials, settings }, input.reference)),
        signal: context.gone,
      });
      for await (const message of messages) yield tally.add(message);
    }),
    remove: screen.images.remove.handler(async ({ input: { reference, force } }) => {
      await removeImage(engine, reference, { force });
    }),
  };
}
