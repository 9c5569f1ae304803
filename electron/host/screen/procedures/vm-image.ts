import type { VmImageProgress } from '../../../api/vm-image.ts';
import { HostError } from '../../base/errors.ts';
import { eventStream } from '../../compose/apply/event-stream.ts';
import { machinePaths } from '../../home/paths.ts';
import { pendingImage } from '../../home/pending-image.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function vmImageHandlers({ home, machine, vmImages }: ScreenHost) {
  return {
    state: screen.vmImage.state.handler(async () => {
      const { name, state } = await machine.status();
      const paths = machinePaths(home, name);
      const pending = state === 'running' && (await pendingImage(home, paths)) !== undefined;
      return { ...(await vmImages.state()), pending };
    }),
    check: screen.vmImage.check.handler(() => vmImages.check()),
    install: screen.vmImage.install.handler(async function* ({ input: { force }, context }) {
      yield* eventStream<VmImageProgress>(async (onProgress, signal) => {
        const version = await vmImages.install({ force, onProgress, signal });
        if (version !== undefined) return;
        throw new HostError('invalid', 'The VM image is already the newest');
      }, context.gone);
    }),
    rollBack: screen.vmImage.rollBack.handler(async () => {
      await vmImages.rollBack();
    }),
  };
}
