import { implement } from '@orpc/server';
import { contract } from '../../api/router.ts';
import { registryAuth } from '../credentials/registry-auth.ts';
import type { CredentialStore } from '../credentials/store.ts';
import { readOnChange } from '../engine/changes.ts';
import type { EngineClient } from '../engine/client.ts';
import {
  killContainer,
  removeContainer,
  startContainer,
  stopContainer,
} from '../engine/containers.ts';
import { pullImage, removeImage } from '../engine/images.ts';
import type { MachineControl } from '../machine/control.ts';
import { readContainers, runContainer } from './containers.ts';
import { failureOf, mapStreamErrors } from './failure.ts';
import { readImages } from './images.ts';
import { PullTally } from './pull-progress.ts';
import { Terminals } from './terminals.ts';

/** What the screen's procedures need of the host. */
export interface ScreenHost {
  readonly machine: MachineControl;
  readonly engine: EngineClient;
  readonly credentials: CredentialStore;
}

/** The contract over a host; any transport can carry the result. */
export function createScreenRouter({ machine, engine, credentials }: ScreenHost) {
  const terminals = new Terminals(engine);

  // Whatever goes wrong, before or within a stream, reaches the screen as FAILURE.
  const procedures = implement(contract).use(async ({ next, errors, signal }) => {
    const failure = (error: unknown) => errors.FAILURE(failureOf(error));
    try {
      // Aborts when the screen goes away or no longer wants the answer.
      const result = await next({ context: { gone: signal ?? new AbortController().signal } });
      return { ...result, output: mapStreamErrors(result.output, failure) };
    } catch (error) {
      throw failure(error);
    }
  });

  return procedures.router({
    machine: {
      status: procedures.machine.status.handler(() => machine.status()),
      watch: procedures.machine.watch.handler(async function* ({ context }) {
        yield* machine.watch(context.gone);
      }),
      start: procedures.machine.start.handler(() => machine.start()),
      stop: procedures.machine.stop.handler(() => machine.stop()),
    },
    containers: {
      list: procedures.containers.list.handler(() => readContainers(engine)),
      watch: procedures.containers.watch.handler(async function* ({ context }) {
        yield* readOnChange(engine, 'container', () => readContainers(engine), context.gone);
      }),
      run: procedures.containers.run.handler(async ({ input }) => ({
        id: await runContainer(engine, input),
      })),
      start: procedures.containers.start.handler(({ input }) => startContainer(engine, input.id)),
      stop: procedures.containers.stop.handler(({ input }) => stopContainer(engine, input.id)),
      kill: procedures.containers.kill.handler(({ input }) => killContainer(engine, input.id)),
      remove: procedures.containers.remove.handler(({ input: { id, force } }) =>
        removeContainer(engine, id, { force, volumes: true }),
      ),
    },
    images: {
      list: procedures.images.list.handler(() => readImages(engine)),
      watch: procedures.images.watch.handler(async function* ({ context }) {
        yield* readOnChange(engine, 'image', () => readImages(engine), context.gone);
      }),
      pull: procedures.images.pull.handler(async function* ({ input, context }) {
        const tally = new PullTally();
        const messages = pullImage(engine, input.reference, {
          auth: await registryAuth(credentials, input.reference),
          signal: context.gone,
        });
        for await (const message of messages) yield tally.add(message);
      }),
      remove: procedures.images.remove.handler(async ({ input: { reference, force } }) => {
        await removeImage(engine, reference, { force });
      }),
    },
    terminal: {
      open: procedures.terminal.open.handler(async function* ({ input, context }) {
        yield* terminals.open(input, context.gone);
      }),
      write: procedures.terminal.write.handler(({ input }) =>
        terminals.write(input.terminal, input.text),
      ),
      resize: procedures.terminal.resize.handler(({ input: { terminal, ...size } }) =>
        terminals.resize(terminal, size),
      ),
      grant: procedures.terminal.grant.handler(({ input }) =>
        terminals.grant(input.terminal, input.characters),
      ),
    },
  });
}
