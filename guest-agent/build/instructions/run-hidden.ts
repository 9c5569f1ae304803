import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRuntimeMountPoint } from '../../engine/archive/runtime-mount-points.ts';
import { upperLayer } from '../../engine/archive/upper-layer.ts';
import { randomId, runUnlisted } from '../../engine/containers/lifecycle/run-unlisted.ts';
import type { HeldLayer } from '../../engine/images/images.ts';
import { EngineError } from '../../errors.ts';
import { mergeEnvironment } from '../../runtime/spec/spec.ts';
import { forgetContainer, noteContainer } from '../leftovers.ts';
import { removeStubs } from '../run-mounts/run-mounts.ts';
import type { BuildSession, Progress, StageState } from '../session.ts';
import { notStarted, RunFailed } from './run-failed.ts';
import type { RunTask } from './run-task.ts';

/** Runs a command as BuildKit does: in a container that clients don't see. */
export async function* runHidden(
  { engine, images, options, scratch, signal, dialect, client, cleanUp }: BuildSession,
  { layers, config }: StageState,
  { command, request, secretEnv, stubs }: RunTask,
): Progress<HeldLayer> {
  const id = randomId();
  const directory = join(scratch, `run-${id.slice(0, 12)}`);
  await mkdir(directory, { mode: 0o700 });
  await noteContainer(scratch, id);
  const own = {
    ...request,
    ...{
      Hostname: options.buildArgs.BUILDKIT_SANDBOX_HOSTNAME || 'buildkitsandbox',
      User: config.User ?? '',
      WorkingDir: config.WorkingDir ?? '',
    },
    Env: mergeEnvironment(config.Env ?? [], request.Env),
  };
  try {
    const { connect } = client;
    const task = { id, layers, request: own, secretEnv, directory, connect };
    const run = runUnlisted(engine, task, signal);
    for (;;) {
      const { done, value } = await run.next().catch((error) => {
        if (!(error instanceof EngineError) || error.code !== 'invalid') throw error;
        throw notStarted(command, error);
      });
      if (!done) {
        yield { kind: 'output', ...value };
        continue;
      }
      const { exitCode, upper } = value;
      if (exitCode !== 0) throw new RunFailed(dialect.runFailed(command, exitCode), exitCode);
      await removeStubs(upper, stubs);
      return await images.addLayer(upperLayer(upper, isRuntimeMountPoint));
    }
  } finally {
    // The container is gone, and the layer has a copy of what it wrote.
    const removed = rm(directory, { recursive: true, force: true }).catch((error) =>
      engine.log(`removing ${directory}`, error),
    );
    if (cleanUp === undefined) await removed;
    else cleanUp(removed);
    await forgetContainer(scratch, id);
  }
}
