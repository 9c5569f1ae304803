import { text as readText } from 'node:stream/consumers';
import { loggerOf } from '../../base/log.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { podLogPath } from '../client/resources.ts';
import { type ContainerProblem, isReady, type Pod, podProblems, podState } from '../objects/pod.ts';

const log = loggerOf('kube');

const LINES = 10;
const MOST_PODS = 3;

/** Why pods aren't ready, as lines: their reasons, and the last output of what crashed. */
export async function explainFailure(
  client: KubeClient,
  pods: readonly Pod[],
  signal: AbortSignal,
): Promise<string[]> {
  const troubled = pods.filter(
    (pod) => !pod.metadata.deletionTimestamp && (!isReady(pod) || podProblems(pod).length > 0),
  );
  const parts = troubled.slice(0, MOST_PODS).map(async (pod): Promise<string[]> => {
    const { name } = pod.metadata;
    const problems = podProblems(pod);
    if (problems.length === 0) return [`  pod ${name}: ${podState(pod)}, not ready`];
    const lines = problems.map(async (problem) => [
      `  pod ${name}${problem.container && `, container ${problem.container}`}: ${problem.reason}${problem.message && `: ${problem.message.trim()}`}`,
      ...(problem.hasCrashed ? await lastOutput(client, pod, problem, signal) : []),
    ]);
    return (await Promise.all(lines)).flat();
  });
  const rest = troubled.length - MOST_PODS;
  return [...(await Promise.all(parts)).flat(), ...(rest > 0 ? [`  and ${rest} more pods`] : [])];
}

async function lastOutput(
  client: KubeClient,
  { metadata }: Pod,
  { container, reason }: ContainerProblem,
  signal: AbortSignal,
): Promise<string[]> {
  const path = podLogPath(metadata);
  const read = async () => {
    const query = { container, tailLines: LINES, ...(reason !== 'Error' && { previous: true }) };
    return readText(await client.stream(path, { query, signal }));
  };
  const text = await log.attempt(`Reading the log of ${metadata.name}`, read());
  if (text === undefined || text.trim() === '') return [];
  return [
    '  last output:',
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
  ];
}
