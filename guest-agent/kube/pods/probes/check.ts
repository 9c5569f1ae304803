import type { Container, LifecycleHandler, Probe } from 'kubernetes-types/core/v1.js';
import { runProbe } from '../../../engine/containers/health/health-probe.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import type { Engine } from '../../../engine/engine.ts';
import { grpcHealth } from './grpc-health.ts';
import { httpGet } from './http-get.ts';
import { tcpSocket } from './tcp-socket.ts';
import type { ProbeResult } from './watch-probe.ts';

/** What a check of a container needs. */
export interface Checked {
  readonly engine: Engine;
  readonly container: Container;
  readonly live: LiveContainer;
  readonly podIp: string;
}

/** Does once what a probe or a lifecycle hook says. Rejects only with the signal's reason. */
export async function check(
  { engine, container, live, podIp }: Checked,
  action: Probe & LifecycleHandler,
  timeout: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  if (action.exec) {
    const argv = action.exec.command ?? [];
    const limits = { retries: 1, startPeriod: 0, startInterval: 0, interval: 0 };
    const result = await runProbe(engine, live, { argv, timeout, ...limits }, signal);
    signal.throwIfAborted();
    return { isGood: result.exitCode === 0, output: outputOf(result, argv, timeout) };
  }
  if (action.httpGet) return httpGet(action.httpGet, container, podIp, timeout, signal);
  if (action.tcpSocket) return tcpSocket(action.tcpSocket, container, podIp, timeout, signal);
  if (action.grpc) return grpcHealth(action.grpc, podIp, timeout, signal);
  return { isGood: true, output: '' };
}

function outputOf(
  { exitCode, output }: { readonly exitCode: number; readonly output: string },
  argv: readonly string[],
  timeout: number,
): string {
  if (exitCode !== -1 || !output.startsWith('Health check exceeded timeout')) return output;
  return `command timed out: "${argv.join(' ')}" timed out after ${timeout / 1000}s`;
}
