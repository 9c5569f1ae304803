/**
 * Logs an error that nobody caught and exits, since the state of the process is unknown. Init
 * restarts the process, and containers keep running.
 */
export function exitOnUncaughtError(log: (message: string, cause?: unknown) => void): void {
  // Unhandled rejections arrive here too, with the origin `unhandledRejection`.
  process.on('uncaughtException', (error, origin) => {
    log(`Unexpected error in the engine (${origin}). Restarting it`, error);
    process.exit(1);
  });
}
