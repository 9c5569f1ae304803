import { controlFifoPath } from '../../../runtime/conmon/conmon.ts';
import { LogRotation } from '../../../runtime/logs/log-rotation.ts';
import type { Engine } from '../../engine.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { logLimits } from './log-config.ts';

/**
 * Milliseconds between two looks at a log. Watching every written line would cost too much, but a log
 * that grows quickly is looked at more often.
 */
const LONGEST = 1000;
const SHORTEST = 25;

/** What two looks at a log saw, in bytes and milliseconds. */
interface Growth {
  readonly size: number;
  readonly before: number;
  readonly elapsed: number;
}

/** When to look at the log again: before it has grown to its limit, if it keeps growing like this. */
export function nextLook({ size, before, elapsed }: Growth, maxSize: number): number {
  // A smaller file is a new one.
  const grown = size >= before ? size - before : size;
  const left = size < maxSize ? maxSize - size : maxSize;
  const untilFull = (left * Math.max(elapsed, 1)) / Math.max(grown, 1);
  return Math.min(LONGEST, Math.max(SHORTEST, untilFull / 2));
}

/** Keeps the log of a running container within its limits. */
export function startLogLimits(engine: Engine, container: LiveContainer): void {
  const { maxSize, maxFiles } = logLimits(container.record.hostConfig.LogConfig);
  stopLogLimits(container);
  if (maxSize === undefined) return;
  const { directories } = engine;
  const rotation = new LogRotation(
    directories.log(container.id),
    { maxSize, maxFiles },
    controlFifoPath(directories.bundle(container.id)),
  );
  let before = 0;
  let last = performance.now();
  const look = async () => {
    const size = await rotation.look();
    const now = performance.now();
    const wait = nextLook({ size, before, elapsed: now - last }, maxSize);
    before = size;
    last = now;
    return wait;
  };
  const schedule = (wait: number) => {
    const timer = setTimeout(() => {
      let next = LONGEST;
      look()
        .then((chosen) => {
          next = chosen;
        })
        .catch((error) => engine.log(`rotating the log of ${container.id}`, error))
        .finally(() => {
          if (container.logTimer === timer) schedule(next);
        });
    }, wait);
    container.logTimer = timer;
  };
  schedule(SHORTEST);
}

/** Idempotent. */
export function stopLogLimits(container: LiveContainer): void {
  clearTimeout(container.logTimer);
  container.logTimer = undefined;
}
