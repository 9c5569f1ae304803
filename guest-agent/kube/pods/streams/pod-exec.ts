import { randomBytes } from 'node:crypto';
import { startExecProcess } from '../../../engine/containers/exec/exec-process.ts';
import { startFailure } from '../../../engine/containers/process/start-failure.ts';
import { isActive } from '../../../engine/containers/record/container.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { Attachment } from '../../../runtime/conmon/attach-socket.ts';
import { attachSocketPath } from '../../../runtime/conmon/conmon.ts';
import { KubeError } from '../../kube-error.ts';
import type { ExecOptions, ProcessStreams } from '../pod-streams.ts';
import { processStreams } from './process-streams.ts';

/** Starts one more process in a container. Throws KubeError if it can't start. */
export async function execInContainer(
  engine: Engine,
  live: LiveContainer,
  { command, stdin, tty }: ExecOptions,
): Promise<ProcessStreams> {
  const id = randomBytes(32).toString('hex');
  let socket: Attachment | undefined;
  const request = {
    ...{ id, argv: command, env: [], user: '', workingDir: '', tty, stdin },
    ...{ privileged: live.record.hostConfig.Privileged, consoleSize: null },
  };
  try {
    const { ended } = await startExecProcess(engine, live, request, (path) => {
      socket = engine.processes.connect(path);
    });
    if (!socket) throw new KubeError('InternalError', 'the process has no streams');
    return processStreams(socket, ended, (columns, rows) =>
      engine.processes.resizeTerminal(engine.directories.exec(id), rows, columns),
    );
  } catch (cause) {
    socket?.close();
    if (cause instanceof KubeError) throw cause;
    const { error } = startFailure(cause, command[0] ?? '');
    throw new KubeError('InternalError', error.message, { cause });
  }
}

/** Connects to the first process of a container. Throws KubeError if it doesn't run. */
export function attachToContainer(engine: Engine, live: LiveContainer): ProcessStreams {
  const bundle = engine.directories.bundle(live.id);
  const ended = live.nextExit().then(({ exitCode }) => exitCode);
  const socket = isActive(live.record)
    ? engine.processes.connectRunning(attachSocketPath(bundle))
    : undefined;
  if (!socket) {
    throw new KubeError('BadRequest', `container ${live.record.name} is not running`);
  }
  return processStreams(socket, ended, (columns, rows) =>
    engine.processes.resizeTerminal(bundle, rows, columns),
  );
}
