import { readOnChange } from '../../engine/changes.ts';
import {
  killContainer,
  removeContainer,
  startContainer,
  stopContainer,
} from '../../engine/containers.ts';
import { runContainer } from '../../run/run-container.ts';
import { readContainers } from '../containers.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function containerHandlers({ engine }: ScreenHost) {
  return {
    list: screen.containers.list.handler(() => readContainers(engine)),
    watch: screen.containers.watch.handler(async function* ({ context }) {
      yield* readOnChange(engine, 'container', () => readContainers(engine), context.gone);
    }),
    run: screen.containers.run.handler(({ input }) => runContainer(engine, input)),
    start: screen.containers.start.handler(({ input }) => startContainer(engine, input.id)),
    stop: screen.containers.stop.handler(({ input }) => stopContainer(engine, input.id)),
    kill: screen.containers.kill.handler(({ input }) => killContainer(engine, input.id)),
    remove: screen.containers.remove.handler(({ input: { id, force } }) =>
      removeContainer(engine, id, { force, volumes: true }),
    ),
  };
}
