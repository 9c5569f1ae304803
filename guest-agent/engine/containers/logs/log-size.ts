import { controlFifoPath } from '../../../runtime/conmon/conmon.ts';
import { rotateLog } from '../../../runtime/logs/log-rotation.ts';
import type { Engine } from '../../engine.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { logLimits } from './log-config.ts';

/** In milliseconds. Watching every written line would cost too much. */
const INTERVAL = 1000;

/** Keeps the log of a running container within its limits. */
export function startLogLimits(engine: Engine, container: LiveContainer): void {
  const { maxSize, maxFiles } = logLimits(container.record.hostConfig.LogConfig);
  stopLogLimits(container);
  if (maxSize === undefined) return;
  const { directories } = engine;
  const control = controlFifoPath(directories.bundle(container.id));
  let isBusy = false;
  container.logTimer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    rotateLog(directories.log(container.id), { maxSize, maxFiles }, control)
      .catch((error) => engine.log(`rotating the log of ${container.id}`, error))
      .finally(() => {
        isBusy = false;
      });
  }, INTERVAL);
}

/** Idempotent. */
export function stopLogLimits(container: LiveContainer): void {
  clearInterval(container.logTimer);
  container.logTimer = undefined;
}
