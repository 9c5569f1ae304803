import type { KubeRef } from '../../../electron/api/kube/place.ts';
import type { ScreenClient } from '../../../electron/api/router.ts';
import { type OpenLog, openFilled } from '../../logs/open-log.ts';

/** Lines of each container to show at first. */
const TAIL = 1000;

interface PodLogRequest extends KubeRef {
  readonly container?: string;
  readonly previous: boolean;
  /** Whether lines can come from several containers, so that each names its own. */
  readonly hasSeveral: boolean;
}

/** The log of a pod, or of the pods of a workload. */
export function openPodLog(
  pods: ScreenClient['kube']['pods'],
  { hasSeveral, ...request }: PodLogRequest,
): OpenLog {
  const sources: string[] = [];
  const toneOf = (source: string) => {
    if (!sources.includes(source)) sources.push(source);
    return sources.indexOf(source);
  };
  return openFilled(async (store, signal) => {
    const events = await pods.logs({ ...request, tail: TAIL }, { signal });
    for await (const { lines, caughtUp } of events) {
      store.add(
        lines.map(({ pod, container, ...line }) => {
          const name = request.kind === 'Pod' ? container : pod;
          return { ...line, ...(hasSeveral && { source: { name, tone: toneOf(name) } }) };
        }),
        [],
        caughtUp,
      );
    }
  });
}
