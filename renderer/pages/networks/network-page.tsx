import { Anchor, Button, Group, Loader, Text, Title } from '@mantine/core';
import { IconNetworkOff, IconPlug, IconPlugOff, IconTrash } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import type { Member, Network } from '../../../electron/api/networks.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import { Facts } from '../../components/facts.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { UsedBy } from '../../components/used-by.tsx';
import { useNetworks } from '../../connection/screen.ts';
import { askToDisconnect, askToRemove } from './actions.tsx';
import { openConnectDialog } from './connect-dialog.tsx';
import classes from './network-page.module.css';

const COLUMNS: readonly ListColumn<Member>[] = [
  { title: 'Container', sortBy: ({ name }) => name, cell: (member) => <UsedBy users={[member]} /> },
  {
    title: 'Address',
    width: '22%',
    sortBy: ({ address }) => address ?? '',
    cell: ({ address, address6, running }) =>
      [address, address6].filter(Boolean).join(', ') ||
      (running ? (
        ''
      ) : (
        <Text span size="sm" c="var(--quiet)">
          Assigned when running
        </Text>
      )),
  },
  { title: 'MAC address', needsRoom: true, width: '170px', cell: ({ mac }) => mac },
  { title: 'Aliases', width: '22%', cell: ({ aliases }) => aliases.join(', ') },
];

/** One network: its properties and its containers. */
export function NetworkPage({ id }: { readonly id: string }) {
  const networks = useNetworks();
  const [, navigate] = useLocation();
  if (!networks) return <Loader size={24} m="xl" />;
  const network = networks.find((each) => each.id === id);
  if (!network) {
    return (
      <Notice
        icon={<IconNetworkOff size={32} stroke={1.5} />}
        title="This network no longer exists"
      >
        <Anchor component={Link} href="/networks">
          See all networks
        </Anchor>
      </Notice>
    );
  }
  const takesContainers = network.driver !== 'host' && network.driver !== 'null';
  return (
    <Page
      parent={{ title: 'Networks', href: '/networks' }}
      title={network.name}
      summary={network.builtIn ? "Built in. It can't be removed." : undefined}
      actions={
        <Group gap="xs" wrap="nowrap">
          {takesContainers && (
            <Button
              variant="default"
              leftSection={<IconPlug size={16} />}
              onClick={() => openConnectDialog(network)}
            >
              Connect a container…
            </Button>
          )}
          {!network.builtIn && (
            <Button
              variant="light"
              color="red"
              leftSection={<IconTrash size={16} />}
              onClick={() => askToRemove([network], () => navigate('/networks'))}
            >
              Remove network…
            </Button>
          )}
        </Group>
      }
    >
      <div className={classes.card}>
        <NetworkFacts network={network} />
      </div>
      <section className={classes.section} aria-labelledby="members">
        <div className={classes.head}>
          <Title order={2} id="members">
            Containers
          </Title>
        </div>
        {network.members.length === 0 ? (
          <Text c="var(--quiet)" size="sm">
            No container uses this network.
          </Text>
        ) : (
          <ListTable
            label="Containers"
            rows={network.members}
            columns={COLUMNS}
            rowId={(member) => member.id}
            rowName={({ name }) => name}
            actionsWidth="64px"
            actions={(member) =>
              takesContainers && (
                <IconButton
                  label={`Disconnect ${member.name}`}
                  tooltip="Disconnect"
                  icon={<IconPlugOff size={17} stroke={1.75} />}
                  onClick={() => askToDisconnect(network, member)}
                />
              )
            }
          />
        )}
      </section>
    </Page>
  );
}

function NetworkFacts({ network }: { readonly network: Network }) {
  const pairs = (words: Readonly<Record<string, string>>) =>
    Object.entries(words)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n');
  const created = !network.builtIn && network.createdAt && <Created since={network.createdAt} />;
  const lines = (text: string) => text && <span style={{ whiteSpace: 'pre-line' }}>{text}</span>;
  return (
    <Facts
      facts={[
        ['Driver', network.driver],
        ['Subnet', lines(network.subnets.map(({ subnet }) => subnet).join('\n'))],
        ['Gateway', lines(network.subnets.flatMap(({ gateway }) => gateway ?? []).join('\n'))],
        ['IPv6', network.ipv6 ? 'Yes' : 'No'],
        [
          'Internet access',
          network.internal ? 'None. Containers reach only each other.' : 'Through the VM',
        ],
        ['Created', created],
        ['Options', lines(pairs(network.options))],
        ['Labels', lines(pairs(network.labels))],
        ['ID', network.id],
      ]}
    />
  );
}

function Created({ since }: { readonly since: string }) {
  return (
    <>
      <Elapsed since={since} /> ago
    </>
  );
}
