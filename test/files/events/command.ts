import { parseArgs } from 'node:util';
import { runChanges } from './run-changes.ts';

/**
 * `events --host H --mount M` makes each kind of change in a folder of the host, and compares what
 * watchers at the mount report: inotifywait, chokidar and Python's watchdog. `--within 'berth exec
 * NAME'` runs the watchers with that command. `--limit MS` is how late an event may be.
 */
export async function eventsCommand(words: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      host: { type: 'string' },
      mount: { type: 'string' },
      within: { type: 'string' },
      limit: { type: 'string', default: '200' },
      only: { type: 'string', default: '' },
    },
  });
  const { host, mount, only } = values;
  if (host === undefined || mount === undefined) throw new Error('events needs --host and --mount');
  const within = values.within === undefined ? {} : { within: values.within.split(' ') };
  const options = { host, mount, only, limit: Number(values.limit), ...within };
  const results = await runChanges(options, ({ name, faults, latency }) => {
    const verdict = faults.length === 0 ? 'ok' : 'differs';
    console.log(`${verdict.padEnd(8)}  ${name}, ${Math.round(latency)} ms`);
    for (const fault of faults) console.log(`          ${fault}`);
  });
  const failed = results.filter(({ faults }) => faults.length > 0).length;
  const slowest = Math.max(0, ...results.map(({ latency }) => latency));
  console.log(
    `events: ${results.length} changes, ${results.length - failed} exact, ${failed} differ; at most ${Math.round(slowest)} ms`,
  );
  return results.length > 0 && failed === 0;
}
