import type { ScreenClient } from '../../../electron/api/router.ts';
import { type OpenLog, openFilled } from '../../logs/open-log.ts';

/** Lines of each container to show at first. */
const TAIL = 1000;

interface ProjectLogRequest {
  readonly name: string;
  /** Services to show; all if empty. */
  readonly chosen: readonly string[];
  /** In the order of their colours. */
  readonly services: readonly string[];
}

/** The log of a project's containers, including those that start later. */
export function openProjectLog(
  projects: ScreenClient['projects'],
  { name, chosen, services }: ProjectLogRequest,
): OpenLog {
  const tones = [...services];
  const toneOf = (service: string) => {
    if (!tones.includes(service)) tones.push(service);
    return tones.indexOf(service);
  };

  return openFilled(async (store, signal) => {
    const request = { name, tail: TAIL, ...(chosen.length > 0 && { services: [...chosen] }) };
    for await (const { lines, caughtUp } of await projects.logs(request, { signal })) {
      store.add(
        lines.map(({ service, container, ...line }) => ({
          ...line,
          source: { name: container, tone: toneOf(service) },
        })),
        [],
        caughtUp,
      );
    }
  });
}
