import { startHeartbeat } from '../heartbeat.ts';

/**
 * A program with a quick heartbeat, for its tests: `block` blocks its event loop for ever, `work` is
 * busy without blocking it. Prints a line a turn.
 */
startHeartbeat({ interval: 200, missed: 5 });
setInterval(() => console.log('turn'), 50);
if (process.argv[2] === 'block') {
  setTimeout(() => {
    for (;;);
  }, 300);
}
