import { loggerOf } from '../host/base/log.ts';
import { readContainers } from '../host/screen/containers.ts';
import type { ScreenHost } from '../host/screen/screen-host.ts';

const log = loggerOf('app');

/** The number of running containers in a VM; 0 if the engine doesn't answer. */
export async function countRunning({ engine }: Pick<ScreenHost, 'engine'>): Promise<number> {
  const containers =
    (await log.attempt('Reading the containers', readContainers(engine), 'warn')) ?? [];
  return containers.filter((container) => container.state === 'running').length;
}

/** The question's message before running containers are stopped. */
export const runningWords = (count: number) =>
  count === 1 ? '1 container is running' : `${count} containers are running`;
