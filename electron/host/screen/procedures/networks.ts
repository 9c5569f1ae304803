import { readOnChange } from '../../engine/changes.ts';
import { connectNetwork, disconnectNetwork, removeNetwork } from '../../engine/networks.ts';
import { createNewNetwork, removeUnused } from '../../networks/change.ts';
import { readNetworks } from '../../networks/list.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function networkHandlers({ engine }: ScreenHost) {
  return {
    list: screen.networks.list.handler(() => readNetworks(engine)),
    watch: screen.networks.watch.handler(async function* ({ context }) {
      const types = ['network', 'container'] as const;
      yield* readOnChange(engine, types, () => readNetworks(engine), context.gone);
    }),
    create: screen.networks.create.handler(async ({ input }) => ({
      id: await createNewNetwork(engine, input),
    })),
    connect: screen.networks.connect.handler(({ input: { id, container, aliases, address } }) =>
      connectNetwork(engine, id, container, {
        ...(aliases.length > 0 ? { Aliases: aliases } : {}),
        ...(address === undefined ? {} : { IPAMConfig: { IPv4Address: address } }),
      }),
    ),
    disconnect: screen.networks.disconnect.handler(({ input: { id, container } }) =>
      disconnectNetwork(engine, id, container, { force: true }),
    ),
    remove: screen.networks.remove.handler(({ input }) => removeNetwork(engine, input.id)),
    prune: screen.networks.prune.handler(async ({ input }) => ({
      removed: await removeUnused(engine, input.ids),
    })),
  };
}
