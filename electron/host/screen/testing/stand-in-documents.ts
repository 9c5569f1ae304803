import type { StandInShell } from './stand-in-shell.ts';

export interface StandInContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly tty: boolean;
  /** What it was created with. */
  readonly request: object;
  readonly created: number;
  state: 'created' | 'running' | 'exited';
  startedAt: Date;
  exitCode: number;
  /** Resolves when the present run has ended. */
  ended: PromiseWithResolvers<void>;
  shell: StandInShell | undefined;
  /** What it wrote in earlier runs. */
  log: string;
}

/** A row of GET /containers/json. */
export function summaryOf(container: StandInContainer): object {
  const { id, name, image, imageId, created, state, exitCode } = container;
  return {
    Id: id,
    Names: [`/${name}`],
    Image: image,
    ImageID: imageId,
    Command: 'sh',
    Created: created,
    State: state,
    Status: state === 'exited' ? `Exited (${exitCode}) 1 second ago` : 'Up 1 second',
  };
}

/** GET /containers/{id}/json. */
export function detailsOf(container: StandInContainer): object {
  const { id, name, image, tty, state, exitCode, startedAt } = container;
  return {
    Id: id,
    Name: `/${name}`,
    State: {
      Status: state,
      Running: state === 'running',
      ExitCode: exitCode,
      StartedAt: startedAt.toISOString(),
    },
    Config: { Image: image, Tty: tty, OpenStdin: tty },
    HostConfig: {},
    NetworkSettings: { Ports: {} },
  };
}
