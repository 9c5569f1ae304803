import * as z from 'zod';
import {
  checkExecStart,
  createExec,
  execRequestSchema,
  startExecAttached,
  startExecDetached,
} from '../../engine/containers/exec/exec.ts';
import type { Exec } from '../../engine/containers/record/exec-collection.ts';
import type { Engine } from '../../engine/engine.ts';
import { EngineError } from '../../errors.ts';
import { empty, json, type Route } from '../route.ts';
import { frame, unframed } from '../stream-frames.ts';
import { streamType, terminalSize } from './containers-io.ts';

const startSchema = z.object({
  Detach: z.boolean().nullish(),
  Tty: z.boolean().nullish(),
  ConsoleSize: z.tuple([z.int(), z.int()]).nullish(),
});

/** Starts more processes in running containers. */
export function execRoutes(engine: Engine): Route[] {
  return [
    {
      method: 'POST',
      path: '/containers/:id/exec',
      handle: async ({ params, json: readBody }) => {
        const request = await readBody(execRequestSchema);
        if (!request.Cmd?.length) throw new EngineError('invalid', 'No exec command specified');
        const exec = await createExec(engine, engine.containers.get(params.id ?? ''), request);
        return json({ Id: exec.id }, 201);
      },
    },
    {
      method: 'POST',
      path: '/exec/:id/start',
      handle: async ({ params, version, json: readBody }) => {
        const exec = engine.execs.get(params.id ?? '');
        const { Detach, Tty, ConsoleSize } = await readBody(startSchema);
        checkExecStart(engine, exec);
        if (ConsoleSize) exec.consoleSize = ConsoleSize;
        if (Detach) {
          await startExecDetached(engine, exec);
          return empty(200);
        }
        // As in Docker, this request decides how its answer looks, whatever the exec has.
        const isRaw = Tty ?? false;
        return {
          kind: 'hijack',
          contentType: streamType(isRaw, version),
          run: (client) => startExecAttached(engine, exec, client, isRaw ? unframed : frame),
        };
      },
    },
    {
      method: 'POST',
      path: '/exec/:id/resize',
      handle: async ({ params, query }) => {
        const { height, width } = terminalSize(query);
        const exec = engine.execs.get(params.id ?? '');
        exec.consoleSize = [height, width];
        await engine.processes.resizeTerminal(engine.directories.exec(exec.id), height, width);
        return empty(200);
      },
    },
    {
      method: 'GET',
      path: '/exec/:id/json',
      handle: async ({ params }) => json(execInspect(engine.execs.get(params.id ?? ''))),
    },
  ];
}

/** `ExecInspectResponse` of the Engine API. */
function execInspect(exec: Exec) {
  const [entrypoint = '', ...rest] = exec.argv;
  return {
    ID: exec.id,
    Running: exec.status === 'running',
    ExitCode: exec.exitCode,
    ProcessConfig: {
      tty: exec.tty,
      entrypoint,
      arguments: rest,
      privileged: exec.privileged,
      user: exec.user,
    },
    OpenStdin: exec.stdin,
    OpenStderr: exec.stderr,
    OpenStdout: exec.stdout,
    CanRemove: exec.status === 'exited',
    ContainerID: exec.containerId,
    DetachKeys: exec.detachKeys,
    Pid: exec.pid,
  };
}
