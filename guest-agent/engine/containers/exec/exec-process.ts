import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessOf } from '../../../runtime/cgroup/cgroup.ts';
import { attachSocketPath, execExits } from '../../../runtime/conmon/conmon.ts';
import { ExitWatcher } from '../../../runtime/conmon/exit-file.ts';
import { DEAD_MONITOR_EXIT } from '../../../runtime/conmon/monitor-watch.ts';
import { killNamed, killSession } from '../../../runtime/process/process-state.ts';
import { execProcess } from '../../../runtime/spec/spec.ts';
import { resolveUser } from '../../../runtime/user.ts';
import type { Engine } from '../../engine.ts';
import { rootPath } from '../mounts/root-file-system.ts';
import { withLinkEnvironment } from '../process/link-environment.ts';
import type { ExecRequest } from '../record/exec-collection.ts';
import type { LiveContainer } from '../record/live-container.ts';

export interface ExecProcess {
  readonly pid: number;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
}

/**
 * Starts one more process in a running container. `attached` is called with the path of its attach
 * socket before the process begins, so that no output is missed. Files of the process are removed
 * when it ends, or if this call rejects.
 */
export async function startExecProcess(
  engine: Engine,
  { record }: LiveContainer,
  exec: ExecRequest,
  attached: (socketPath: string) => void,
): Promise<ExecProcess> {
  const directory = engine.directories.exec(exec.id);
  const ended = Promise.withResolvers<number>();
  const exits = new ExitWatcher(
    execExits(directory),
    ({ exitCode }) => {
      release();
      ended.resolve(exitCode);
    },
    (error) => engine.log(`looking for the end of exec ${exec.id}`, error),
  );
  let isReleased = false;
  const release = () => {
    isReleased = true;
    exits.close();
    rm(directory, { recursive: true, force: true }).catch((error) =>
      engine.log(`cleaning up exec ${exec.id}`, error),
    );
  };
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await exits.open();
    const user = await resolveUser(
      rootPath(engine, record.id),
      exec.user || record.config.User,
      exec.user ? [] : record.hostConfig.GroupAdd,
    );
    const cwd = exec.workingDir || record.config.WorkingDir || '/';
    const spec = execProcess(withLinkEnvironment(engine, record), { ...exec, user, cwd });
    await writeFile(join(directory, 'process.json'), JSON.stringify(spec));
    const process = await engine.processes.exec(
      {
        ...{ id: exec.id, containerId: record.id, tty: exec.tty, stdin: exec.stdin },
        oomScoreAdj: record.hostConfig.OomScoreAdj,
      },
      () => attached(attachSocketPath(directory)),
    );
    const endLost = async () => {
      await exits.check();
      if (isReleased) return;
      engine.log(`the monitor of exec ${exec.id} is gone, so its processes are killed`);
      await killNamed(process.monitorPid, exec.id);
      if (await isProcessOf(record, process.pid)) killSession(process.pid);
      release();
      ended.resolve(DEAD_MONITOR_EXIT);
    };
    engine.monitors.add(exec.id, process, () => {
      if (isReleased) return;
      endLost().catch((error) => {
        engine.log(`ending exec ${exec.id}`, error);
        release();
        ended.resolve(DEAD_MONITOR_EXIT);
      });
    });
    return { pid: process.pid, ended: ended.promise };
  } catch (error) {
    release();
    throw error;
  }
}
