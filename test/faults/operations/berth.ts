import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { EngineApi } from '../engine-api.ts';

const CLIENT = join(import.meta.dirname, '../../conformance/clients/berth.ts');
/** Milliseconds for a command on a busy host. */
const DEADLINE = 120_000;

/** Runs the `berth` command. Rejects with its output if it fails. */
export async function berth(
  { socket }: EngineApi,
  words: readonly string[],
  cwd?: string,
): Promise<void> {
  const child = spawn(process.execPath, [CLIENT, ...words], {
    ...{ stdio: ['ignore', 'pipe', 'pipe'], cwd, timeout: DEADLINE, killSignal: 'SIGKILL' },
    env: { ...process.env, DOCKER_HOST: `unix://${socket}` },
  });
  const exited = once(child, 'exit');
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await exited;
  if (code === 0) return;
  throw new Error(`berth ${words.join(' ')}: ${code ?? signal}\n${output}${errors}`);
}
