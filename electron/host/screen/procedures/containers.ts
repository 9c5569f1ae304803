import { readDetails } from '../../containers/details.ts';
import { editContainer, readEdit } from '../../containers/edit.ts';
import { changeLimits } from '../../containers/limits.ts';
import { renewContainer } from '../../containers/renew.ts';
import { pullAuth } from '../../credentials/registry-auth.ts';
import { dockerHost } from '../../docker-cli/docker-context.ts';
import { readOnChange } from '../../engine/changes.ts';
import {
  killContainer,
  pauseContainer,
  removeContainer,
  renameContainer,
  restartContainer,
  startContainer,
  stopContainer,
  unpauseContainer,
} from '../../engine/containers.ts';
import { commitContainer } from '../../engine/image-archives.ts';
import { openContainer } from '../../local-files/open-with.ts';
import { runContainer } from '../../run/run-container.ts';
import { readContainers } from '../containers.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function containerHandlers({ engine, credentials, machine, settings }: ScreenHost) {
  return {
    list: screen.containers.list.handler(() => readContainers(engine)),
    watch: screen.containers.watch.handler(async function* ({ context }) {
      yield* readOnChange(engine, 'container', () => readContainers(engine), context.gone);
    }),
    run: screen.containers.run.handler(({ input }) => runContainer({ engine, settings }, input)),
    start: screen.containers.start.handler(({ input }) => startContainer(engine, input.id)),
    stop: screen.containers.stop.handler(({ input }) => stopContainer(engine, input.id)),
    restart: screen.containers.restart.handler(({ input }) => restartContainer(engine, input.id)),
    pause: screen.containers.pause.handler(({ input }) => pauseContainer(engine, input.id)),
    unpause: screen.containers.unpause.handler(({ input }) => unpauseContainer(engine, input.id)),
    kill: screen.containers.kill.handler(({ input }) => killContainer(engine, input.id)),
    rename: screen.containers.rename.handler(({ input: { id, name } }) =>
      renameContainer(engine, id, name),
    ),
    commit: screen.containers.commit.handler(async ({ input: { id, reference } }) => ({
      id: await commitContainer(engine, id, reference, { pause: true }),
    })),
    remove: screen.containers.remove.handler(({ input: { id, force } }) =>
      removeContainer(engine, id, { force, volumes: true }),
    ),
    openInEditor: screen.containers.openInEditor.handler(({ input: { name } }) =>
      openContainer({ name, dockerHost: dockerHost(machine.engineSocket) }),
    ),
    inspect: screen.containers.inspect.handler(({ input }) => readDetails(engine, input.id)),
    limit: screen.containers.limit.handler(async ({ input: { id, limits } }) => ({
      warnings: await changeLimits(engine, id, limits),
    })),
    editable: screen.containers.editable.handler(({ input }) => readEdit(engine, input.id)),
    edit: screen.containers.edit.handler(async function* ({ input: { id, edit }, context }) {
      const { sharedFolders } = await settings.read();
      yield* editContainer(engine, id, edit, { sharedFolders, signal: context.gone });
    }),
    renew: screen.containers.renew.handler(async function* ({ input, context }) {
      const auth = (reference: string) => pullAuth({ credentials, settings }, reference);
      yield* renewContainer(engine, input.id, { auth, signal: context.gone });
    }),
  };
}
