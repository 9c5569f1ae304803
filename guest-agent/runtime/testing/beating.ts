import { startHeartbeat } from '../heartbeat.ts';

/**
 * A program with a quick heartbeat for its tests. It prints a line per turn, until it computes
 * forever (`spin`) or waits: forever (`hang`) or for two seconds (`wait`). `work` does neither.
 */
startHeartbeat({ interval: 200, missed: 5, patience: 3 });
setInterval(() => console.log('turn'), 50);

const wait = (milliseconds?: number) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

setTimeout(() => {
  const mode = process.argv[2];
  if (mode === 'hang') wait();
  if (mode === 'wait') wait(2000);
  while (mode === 'spin');
  console.log('continued');
}, 300);
