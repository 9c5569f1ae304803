import { addAbortSignal } from 'node:stream';
import { keyValueEntries } from '../../../../guest-agent/grammar/key-values.ts';
import { HostError } from '../../base/errors.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { readFrames } from '../../engine/connection/stream-frames.ts';
import { createExec, inspectExec, startExec } from '../../engine/exec.ts';
import type { Hook } from '../file/hook-schema.ts';
import type { Project } from '../file/project.ts';
import type { Report } from './compose-host.ts';

/** Reports what hooks of a container write, line by line. */
export function hookOutput(report: Report, name: string): (data: Buffer) => void {
  return (data) => {
    for (const line of String(data).split('\n').filter(Boolean)) {
      report({ kind: 'container', name, state: 'working', text: `-> ${line}` });
    }
  };
}

/** The commands of a service that run after a start and before a stop. */
export type Hooks = Pick<Project['services'][string], 'post_start' | 'pre_stop'>;

/** The hooks of each service; without its files, a project has none. */
export type HooksOf = Readonly<Record<string, Hooks | undefined>>;

/**
 * Runs hooks in a container, one after the other. Rejects if a hook fails. `onOutput` takes what they
 * write.
 */
export async function runHooks(
  client: EngineClient,
  { id: container, service }: { readonly id: string; readonly service: string },
  hooks: readonly Hook[] = [],
  signal: AbortSignal,
  onOutput: (data: Buffer) => void = () => {},
): Promise<void> {
  for (const { command, user, privileged, working_dir: directory, environment } of hooks) {
    const id = await createExec(client, container, {
      Cmd: [...command],
      AttachStdout: true,
      AttachStderr: true,
      Env: keyValueEntries(environment),
      ...(user !== undefined && { User: user }),
      ...(privileged !== undefined && { Privileged: privileged }),
      ...(directory !== undefined && { WorkingDir: directory }),
    });
    const { socket } = await startExec(client, id, { tty: false });
    try {
      addAbortSignal(signal, socket);
      // The stream ends with the command.
      for await (const { data } of readFrames(socket)) onOutput(data);
    } finally {
      socket.destroy();
    }
    const { ExitCode: code } = await inspectExec(client, id);
    if (code !== 0) {
      throw new HostError('engine', `${service} hook exited with status ${code}`, {
        hint: `The hook's command is ${JSON.stringify(command)}.`,
      });
    }
  }
}
