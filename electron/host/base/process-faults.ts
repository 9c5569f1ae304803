import { loggerOf } from './log.ts';

const log = loggerOf('process');

/**
 * Keeps this process running after an unexpected error: Berth logs the error with its stack, and
 * the VM and the app continue. Returns a function that undoes this.
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

/** The stack is the most useful part here, so even expected errors are logged with it. */
const traced = (error: unknown) => (error instanceof Error && error.stack) || error;
