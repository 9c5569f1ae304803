import { modals } from '@mantine/modals';
import type { Member, Network } from '../../../electron/api/networks.ts';
import { confirmLoss } from '../../components/confirm.tsx';
import { client } from '../../connection/screen.ts';
import { showFailure } from '../../connection/show-failure.tsx';

const namesOf = (members: readonly Member[]) => members.map(({ name }) => name).join(', ');

/** Removes networks after asking. Names those that have to stay, and why. */
export function askToRemove(networks: readonly Network[], onRemoved?: () => void): void {
  const free = networks.filter(({ builtIn, members }) => !builtIn && members.length === 0);
  const stays = networks
    .filter((network) => !free.includes(network))
    .map(({ name, builtIn, members }) =>
      builtIn ? `${name} is built in` : `${name} is used by ${namesOf(members)}`,
    )
    .join('; ');
  const [first] = networks;
  if (free.length === 0) {
    modals.open({
      title: networks.length === 1 ? `Can't remove ${first?.name}` : "Can't remove these networks",
      children: `${stays}.`,
    });
    return;
  }
  confirmLoss({
    title: free.length === 1 ? `Remove ${free[0]?.name}?` : `Remove ${free.length} networks?`,
    children: `No container uses ${free.length === 1 ? 'this network' : 'these networks'}. Containers and volumes stay.${stays ? ` Some networks stay: ${stays}.` : ''}`,
    action: free.length === 1 ? 'Remove network' : 'Remove networks',
    onConfirm: async () => {
      try {
        for (const { id } of free) await client.networks.remove({ id });
        onRemoved?.();
      } catch (error) {
        showFailure(error);
      }
    },
  });
}

/** Names the networks that no container uses, and removes them. */
export function askToPrune(networks: readonly Network[]): void {
  const unused = networks.filter(({ builtIn, members }) => !builtIn && members.length === 0);
  if (unused.length === 0) {
    modals.open({
      title: 'Remove unused networks',
      children: 'Every network is in use or built in.',
    });
    return;
  }
  confirmLoss({
    title: 'Remove unused networks',
    children: `No container uses these networks: ${unused.map(({ name }) => name).join(', ')}.`,
    action: `Remove ${unused.length}`,
    onConfirm: () =>
      void client.networks.prune({ ids: unused.map(({ id }) => id) }).catch(showFailure),
  });
}

/**
 * Disconnects a container from a network, after saying what this breaks while the container runs.
 */
export function askToDisconnect(network: Network, member: Member): void {
  const { id } = network;
  const disconnect = () =>
    void client.networks.disconnect({ id, container: member.id }).catch(showFailure);
  if (!member.running) {
    disconnect();
    return;
  }
  confirmLoss({
    title: `Disconnect ${member.name}?`,
    children: `The container is running. Its connections over ${network.name} break.`,
    action: 'Disconnect container',
    onConfirm: disconnect,
  });
}
