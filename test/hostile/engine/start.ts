import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeDeepTree } from '../../../guest-agent/store/remove-deep-tree.ts';
import { boxLayer } from '../../conformance/images.ts';
import { nativeEngine } from '../../conformance/peers/berth.ts';
import { ask } from '../../fixtures/ask.ts';
import { childrenOf, commandLine } from '../../fixtures/processes.ts';
import { startRegistry } from '../../fixtures/registry.ts';
import { type Vitals, watchVitals } from '../../fixtures/vitals.ts';
import { BOX, loadBox, withContainer } from './box.ts';
import { LIMITS } from './limits.ts';
import { type Remains, watchRemains } from './remains.ts';

/** An engine on this host, watched, with hostile servers on its loopback interface. */
export interface HostileEngine {
  readonly socket: string;
  /** The first process of the engine's namespaces. */
  readonly pid: number;
  /** The unix socket on which the hostile servers tell what they have seen. */
  readonly control: string;
  readonly directory: string;
  readonly vitals: Vitals;
  /** What is wrong with the engine since the last call: signs of life, memory, and what it left. */
  health(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts the engine in namespaces of this host (root only). */
export async function startHostileEngine(slack = 1): Promise<HostileEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-hostile-'));
  const cleanup: (() => Promise<unknown>)[] = [() => removeDeepTree(directory)];
  const stop = async () => {
    for (let clean = cleanup.pop(); clean; clean = cleanup.pop()) await clean();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }
  try {
    const registry = await startRegistry();
    cleanup.push(() => registry.stop());
    const { guestHost: name, storage } = registry;
    const home = join(directory, 'engine');
    const engine = await nativeEngine(home, { name, storage });
    cleanup.push(() => engine.stop());
    const [pid = 0] = childrenOf(engine.pid);
    const control = join(directory, 'control.sock');
    cleanup.push(await startServers(pid, control));
    await prepare(engine.socket);
    const vitals = watchVitals(engine.socket, agentOf(pid));
    cleanup.push(() => vitals.stop());
    const remains = await watchRemains(pid, home);
    const { socket } = engine;
    return {
      socket,
      pid,
      control,
      directory,
      vitals,
      health: () => healthOf(vitals, remains, slack),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function healthOf(vitals: Vitals, remains: Remains, slack: number): Promise<string[]> {
  const { longest, failed, memory } = await vitals.since();
  return [
    ...(longest > LIMITS.turnMs * slack ? [`a sign of life took ${Math.round(longest)} ms`] : []),
    ...(memory > LIMITS.memory ? [`the engine took ${Math.round(memory)} MiB of memory`] : []),
    ...failed.map((why) => `no sign of life: ${why}`),
    ...(await remains.look()),
  ];
}

/** Does what the engine does only once, so that it isn't taken for remains of something hostile. */
async function prepare(socket: string): Promise<void> {
  await loadBox(socket, await boxLayer());
  await withContainer(socket, BOX, async (id) => {
    const { status, text } = await ask(socket, { method: 'POST', path: `/containers/${id}/start` });
    if (status !== 204) throw new Error(`can't start a container: ${text}`);
  });
}

/** The engine's own process, a child of the first one. */
function agentOf(pid: number): number {
  const agent = childrenOf(pid).find((child) =>
    commandLine(child).some((word) => word.endsWith('agent.mjs')),
  );
  if (agent === undefined) throw new Error('the engine has no process');
  return agent;
}

/** Runs the hostile servers in the engine's network. */
async function startServers(pid: number, control: string): Promise<() => Promise<void>> {
  const program = join(import.meta.dirname, '../server/main.ts');
  const child = spawn(
    'nsenter',
    [`--net=/proc/${pid}/ns/net`, process.execPath, program, control],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  const failed = ended.then(() => {
    throw new Error('the hostile servers ended');
  });
  failed.catch(() => 'they end with the run');
  await Promise.race([once(child.stdout, 'data'), failed]);
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}
