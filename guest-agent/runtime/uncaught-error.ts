/**
 * Ends the process, loudly, on an error that nobody caught: what it was in the middle of is unknown.
 * Init starts it again, and containers outlive it.
 */
export function exitOnUncaughtError(log: (message: string, cause?: unknown) => void): void {
  // A rejected promise that nobody waits for comes here too, with `unhandledRejection` as its origin.
  process.on('uncaughtException', (error, origin) => {
    log(`The engine met an unexpected error (${origin}); restarting it`, error);
    process.exit(1);
  });
}
