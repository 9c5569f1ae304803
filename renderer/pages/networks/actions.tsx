import { modals } from '@mantine/modals';
import type { Member, Network } from '../../../electron/api/networks.ts';
import { confirmLoss } from '../../components/confirm.tsx';
import { client } from '../../connection/screen.ts';
import { showFailure } from '../../connection/show-failure.tsx';

const namesOf = (members: readonly Member[]) => members.map(({ name }) => name).join(', ');

/** Removes networks after asking. Those that have to stay are named, and why. */
export function askToRemove(networks: readonly Network[], onRemoved?: () => void): void {
  const free = networks.filter(({ builtIn, members }) => !builtIn && members.length === 0);
  const stays = networks
    .filter((network) => !free.includes(network))
    .map(({ name, builtIn, members }) =>
      builtIn
        ? `${name} stays: every engine has it`
        : `${name} stays: ${namesOf(members)} is on it`,
    )
    .join('; ');
  const [first] = networks;
  if (free.length === 0) {
    modals.open({
      title: networks.length === 1 ? `${first?.name} cannot be removed` : 'None can be removed',
      children: `${stays}.`,
    });
    return;
  }
  confirmLoss({
    title: free.length === 1 ? `Remove ${free[0]?.name}?` : `Remove ${free.length} networks?`,
    children: `No container is on ${free.length === 1 ? 'it' : 'them'}.${stays ? ` ${stays}.` : ''}`,
    action: 'Remove',
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

/** Removes every network that nobody is on, after naming them. */
export function askToPrune(networks: readonly Network[]): void {
  const unused = networks.filter(({ builtIn, members }) => !builtIn && members.length === 0);
  if (unused.length === 0) {
    modals.open({
      title: 'Remove unused networks',
      children: 'Every network is used, or one that every engine has.',
    });
    return;
  }
  confirmLoss({
    title: 'Remove unused networks',
    children: `No container is on ${unused.map(({ name }) => name).join(', ')}.`,
    action: `Remove ${unused.length}`,
    onConfirm: () =>
      void client.networks.prune({ ids: unused.map(({ id }) => id) }).catch(showFailure),
  });
}

/** Takes a container off a network, after saying what that means while it runs. */
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
    children: `It runs: its connections over ${network.name} break.`,
    action: 'Disconnect',
    onConfirm: disconnect,
  });
}
