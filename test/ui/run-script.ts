import { createContainer, startContainer } from '../../electron/host/engine/containers.ts';
import { pullImage } from '../../electron/host/engine/images.ts';
import type { Host } from '../../electron/host/host.ts';

interface Script {
  readonly name: string;
  readonly script: string;
  /** As `-v` has it: `data:/data`. */
  readonly binds?: string[];
  /** Comes back with the machine. */
  readonly comesBack?: boolean;
  /** Somebody may type to it. */
  readonly terminal?: boolean;
}

/** Runs a shell script in a busybox container in the background; answers the container's ID. */
export async function runScript({ engine }: Host, options: Script): Promise<string> {
  const { name, script, binds, comesBack, terminal } = options;
  // It comes with the machine, and is an image of its engine once it is asked for.
  for await (const _ of pullImage(engine, 'busybox'));
  const { Id } = await createContainer(
    engine,
    {
      ...{ Image: 'busybox', Cmd: ['sh', '-c', script] },
      ...(terminal && { Tty: true, OpenStdin: true }),
      HostConfig: {
        ...(binds && { Binds: binds }),
        ...(comesBack && { RestartPolicy: { Name: 'always' } }),
      },
    },
    { name },
  );
  await startContainer(engine, Id);
  return Id;
}
