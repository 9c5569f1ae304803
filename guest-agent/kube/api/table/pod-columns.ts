import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { pods } from '../../objects/resources.ts';
import { ageColumn, sinceText } from './age.ts';
import { columnsFor, text, wide } from './column.ts';

const none = '<none>';

export const podColumns = columnsFor(pods, [
  text<Pod>('Ready', ({ spec, status }) => {
    const sidecars = (spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
    const statuses = [
      ...(status?.containerStatuses ?? []),
      ...(status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.includes(name)),
    ];
    const all = (spec?.containers ?? []).length + sidecars.length;
    return `${statuses.filter(({ ready }) => ready).length}/${all}`;
  }),
  text<Pod>('Status', podStatus),
  text<Pod>('Restarts', restarts),
  ageColumn,
  wide<Pod>('IP', ({ status }) => status?.podIP ?? none),
  wide<Pod>('Node', ({ spec }) => spec?.nodeName ?? none),
  wide<Pod>('Nominated Node', ({ status }) => status?.nominatedNodeName ?? none),
  wide<Pod>('Readiness Gates', ({ spec, status }) => {
    const gates = spec?.readinessGates ?? [];
    if (gates.length === 0) return none;
    const passed = gates.filter(({ conditionType }) =>
      status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
    );
    return `${passed.length}/${gates.length}`;
  }),
]);

const isSidecar = ({ restartPolicy }: { readonly restartPolicy?: string }) =>
  restartPolicy === 'Always';

/** The one word that says most about a pod, as `kubectl get pods` shows it. */
export function podStatus({ metadata, spec, status }: Stored<Pod>): string {
  if (metadata.deletionTimestamp !== undefined) {
    return status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  }
  const initContainers = spec?.initContainers ?? [];
  const phase = status?.reason || status?.phase || 'Unknown';
  const initialization = initStatus(status?.initContainerStatuses ?? [], initContainers);
  if (initialization !== undefined) return initialization;
  let reason = phase;
  let isRunning = false;
  for (const { state, ready } of (status?.containerStatuses ?? []).toReversed()) {
    if (state?.waiting?.reason) reason = state.waiting.reason;
    else if (state?.terminated) reason = terminationText(state.terminated);
    else if (ready && state?.running) isRunning = true;
  }
  if (reason === 'Completed' && isRunning) {
    const isReady = status?.conditions?.some(
      (one) => one.type === 'Ready' && one.status === 'True',
    );
    return isReady ? 'Running' : 'NotReady';
  }
  return reason;
}

function initStatus(
  statuses: readonly ContainerStatus[],
  containers: readonly { readonly name: string; readonly restartPolicy?: string }[],
): string | undefined {
  for (const [index, { name, state, started }] of statuses.entries()) {
    if (state?.terminated?.exitCode === 0) continue;
    const container = containers.find((known) => known.name === name);
    if (container && isSidecar(container) && started) continue;
    if (state?.terminated) return `Init:${terminationText(state.terminated)}`;
    const { reason } = state?.waiting ?? {};
    if (reason && reason !== 'PodInitializing') return `Init:${reason}`;
    return `Init:${index}/${containers.length}`;
  }
  return undefined;
}

interface Termination {
  readonly reason?: string;
  readonly signal?: number;
  readonly exitCode: number;
}

function terminationText({ reason, signal, exitCode }: Termination): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

function restarts({ status }: Stored<Pod>): string {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const count = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const ends = statuses.flatMap(({ lastState }) => lastState?.terminated?.finishedAt ?? []);
  const last = ends.sort().at(-1);
  return count > 0 && last ? `${count} (${sinceText(last)} ago)` : String(count);
}
