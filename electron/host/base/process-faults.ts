import { loggerOf } from './log.ts';

const log = loggerOf('process');

/**
 * Keeps this process up when a fault of ours escapes: it is logged with its stack, and ends neither
 * the machine nor the app. Answers what takes that back.
 */
export function surviveFaults(): () => void {
  const onRejection = (error: unknown) => log.error('Unhandled rejection', traced(error));
  const onException = (error: unknown) => log.error('Uncaught exception', traced(error));
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  return () => {
    process.off('unhandledRejection', onRejection);
    process.off('uncaughtException', onException);
  };
}

/** Where it came from is all that the log can say about it: expected errors have a stack here too. */
const traced = (error: unknown) => (error instanceof Error && error.stack) || error;
