import { EventEmitter, on } from 'node:events';
import type { VmImageProgress } from '../../../api/vm-image.ts';
import { awaitedElsewhere } from '../../base/awaited-elsewhere.ts';
import { HostError } from '../../base/errors.ts';
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
      yield* progressOf((onProgress) =>
        vmImages.install({ force, onProgress, signal: context.gone }),
      );
    }),
    rollBack: screen.vmImage.rollBack.handler(async () => {
      await vmImages.rollBack();
    }),
  };
}

/** The progress of a task, and its failure. */
async function* progressOf(
  task: (onProgress: (progress: VmImageProgress) => void) => Promise<unknown>,
): AsyncGenerator<VmImageProgress> {
  const events = new EventEmitter<{ progress: [VmImageProgress] }>();
  const over = new AbortController();
  const steps = on(events, 'progress', { signal: over.signal });
  const ended = task((progress) => events.emit('progress', progress)).finally(() => over.abort());
  // The app may leave, or ask for the next step only later.
  awaitedElsewhere(ended);
  try {
    for await (const [progress] of steps) yield progress;
  } catch (error) {
    if (!over.signal.aborted) throw error;
  }
  if ((await ended) === undefined) {
    throw new HostError('invalid', 'The VM image is already the newest');
  }
}
