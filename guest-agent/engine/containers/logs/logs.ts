import { EngineError } from '../../../errors.ts';
import { type LogLine, type LogQuery, readLog } from '../../../runtime/logs/log-file.ts';
import type { Engine } from '../../engine.ts';
import { isActive } from '../record/container.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { logDriver } from './log-config.ts';

export interface ContainerLogQuery extends Omit<LogQuery, 'follow'> {
  readonly follow?: boolean;
}

/**
 * The output of all runs of a container. Following ends with the container's run. Throws
 * EngineError 'not-implemented' if no log is kept.
 */
export function readContainerLog(
  engine: Engine,
  container: LiveContainer,
  { follow, ...query }: ContainerLogQuery,
): AsyncGenerator<LogLine[]> {
  if (logDriver(container.record.hostConfig.LogConfig) === 'none') {
    throw new EngineError('not-implemented', 'configured logging driver does not support reading');
  }
  return readLog(engine.directories.log(container.id), {
    ...query,
    ...(follow && isActive(container.record) && { follow: { ended: untilStopped(container) } }),
  });
}

/**
 * After a restart by policy, the same log continues: following ends only if no other run follows.
 */
async function untilStopped(container: LiveContainer): Promise<void> {
  do await container.nextExit();
  while (container.record.state.status === 'restarting');
}
