import { Loader, Text } from '@mantine/core';
import { IconBox } from '@tabler/icons-react';
import type { Container } from '../../../electron/api/containers.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useContainers } from '../../connection/screen.ts';
import { STARTERS, Starters } from '../images/starters.tsx';
import { ContainerRow } from './container-row.tsx';
import { isUp } from './use-container-actions.ts';

const COLUMNS = [{ title: 'Name' }, { title: 'Image' }, { title: 'State', width: '190px' }];

export function ContainersPage() {
  const containers = useContainers();
  return (
    <Page title="Containers" summary={containers && summaryOf(containers)}>
      {containers ? <Containers containers={containers} /> : <Loader size={24} />}
    </Page>
  );
}

function Containers({ containers }: { readonly containers: readonly Container[] }) {
  if (containers.length === 0) {
    return (
      <Notice icon={<IconBox size={32} stroke={1.5} />} title="No containers yet">
        <Text c="dimmed">
          A container is a program that runs from an image, apart from the rest of this computer.
          Try one of these; they work without a network.
        </Text>
        <Starters names={STARTERS.map(({ name }) => name)} />
      </Notice>
    );
  }
  return (
    <DataTable label="Containers" columns={COLUMNS}>
      {containers.map((container) => (
        <ContainerRow key={container.id} container={container} />
      ))}
    </DataTable>
  );
}

function summaryOf(containers: readonly Container[]): string | undefined {
  if (containers.length === 0) return undefined;
  return `${containers.filter(isUp).length} of ${containers.length} running`;
}
