import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** A command of `build/check`. */
export interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Why this host can't run the command. */
  readonly skipped?: string | false;
}

/** How often a long run shows that it is under way. */
const SIGN_MS = 5 * 60_000;
/** How long a command can take to end its own VMs and servers after another command has failed. */
const GRACE_MS = 60_000;
/** A program that a step left running can keep the step's output open. */
const OUTPUT_MS = 2_000;

/**
 * Runs lanes beside each other, and the steps of a lane one after the other. Prints the output of a step
 * when the step ends, so that outputs don't mix. The first step that fails ends all lanes, and so does
 * `interrupted`. Resolves to whether all steps passed.
 */
export async function runLanes(
  lanes: readonly (readonly Step[])[],
  print: (text: string) => void,
  interrupted?: AbortSignal,
): Promise<boolean> {
  const failed = new AbortController();
  interrupted?.addEventListener('abort', () => failed.abort(), { once: true });
  const running = new Set<string>();
  const sign = setInterval(() => print(`check: running: ${[...running].join(', ')}\n`), SIGN_MS);
  const runLane = async (steps: readonly Step[]) => {
    for (const step of steps) {
      if (failed.signal.aborted) return;
      if (step.skipped) {
        print(`\ncheck: skipped ${step.name}: ${step.skipped}\n`);
        continue;
      }
      print(`\ncheck: ${step.name}: started\n`);
      running.add(step.name);
      const { succeeded, output, seconds } = await runStep(step, failed.signal);
      running.delete(step.name);
      const wasEnded = failed.signal.aborted;
      const result = succeeded ? 'passed' : wasEnded ? 'ended' : 'FAILED';
      print(`\n${wasEnded ? '' : output}check: ${step.name}: ${result} after ${seconds} s\n`);
      if (!succeeded) failed.abort();
    }
  };
  await Promise.all(lanes.map(runLane)).finally(() => clearInterval(sign));
  return !failed.signal.aborted;
}

async function runStep(
  { command: [program, ...args] }: Step,
  failed: AbortSignal,
): Promise<{ succeeded: boolean; output: string; seconds: number }> {
  const start = performance.now();
  // In a process group of its own, so that its programs can be ended with it.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  }
  const killAll = (signal: NodeJS.Signals) => {
    const isRunning = child.exitCode === null && child.signalCode === null;
    if (child.pid !== undefined && isRunning) process.kill(-child.pid, signal);
  };
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    killAll('SIGINT');
    timer = setTimeout(() => killAll('SIGKILL'), GRACE_MS);
  };
  failed.addEventListener('abort', end, { once: true });
  try {
    const closed = new Promise((resolve) => child.once('close', resolve));
    const [code] = (await once(child, 'exit')) as [number | null];
    await Promise.race([closed, delay(OUTPUT_MS)]);
    return {
      succeeded: code === 0,
      output: Buffer.concat(chunks).toString(),
      seconds: Math.round((performance.now() - start) / 1000),
    };
  } catch (error) {
    return { succeeded: false, output: `${String(error)}\n`, seconds: 0 };
  } finally {
    clearTimeout(timer);
    failed.removeEventListener('abort', end);
  }
}
