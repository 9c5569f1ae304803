import { Button, Loader, SegmentedControl, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconBox, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Container } from '../../../electron/api/containers.ts';
import { ListTable } from '../../components/list-table.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { useContainers } from '../../connection/screen.ts';
import { isUp } from '../../containers/container-verbs.ts';
import { runPlace } from '../../images/place.ts';
import { STARTERS, Starters } from '../../images/starters.tsx';
import { LatestUsageProvider } from '../../usage/latest-usage.tsx';
import { COLUMNS } from './columns.tsx';
import classes from './containers-page.module.css';
import { ProjectHeading } from './project-heading.tsx';
import { RowActions } from './row-actions.tsx';
import { SelectionBar } from './selection-bar.tsx';

export function ContainersPage() {
  const containers = useContainers();
  return (
    <Page
      title="Containers"
      summary={containers && summaryOf(containers)}
      actions={
        <Button component={Link} href={runPlace()} leftSection={<IconPlayerPlayFilled size={15} />}>
          Run…
        </Button>
      }
    >
      {containers ? <Containers containers={containers} /> : <Loader size={24} />}
    </Page>
  );
}

function Containers({ containers }: { readonly containers: readonly Container[] }) {
  if (containers.length === 0) {
    return (
      <Notice icon={<IconBox size={32} stroke={1.5} />} title="No containers yet">
        <Text c="var(--quiet)">
          A container is a program that runs from an image, isolated from the rest of your Mac or
          PC. Try one of these images. They work without a network.
        </Text>
        <Starters names={STARTERS.map(({ name }) => name)} />
      </Notice>
    );
  }
  return <ContainerList containers={containers} />;
}

function ContainerList({ containers }: { readonly containers: readonly Container[] }) {
  const [search, setSearch] = useState('');
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [filter, setFilter] = useLocalStorage<'all' | 'running'>({
    key: 'berth.containers.filter',
    defaultValue: 'all',
    getInitialValueInEffect: false,
  });
  const [folded, setFolded] = useLocalStorage<string[]>({
    key: 'berth.containers.folded',
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  const running = containers.filter(isUp);
  const rows = filter === 'running' ? running : containers;
  const selected = rows.filter(({ id }) => chosen.has(id));
  return (
    <LatestUsageProvider containers={running.map(({ id }) => id)}>
      <div className={classes.toolbar}>
        <SearchField label="Search containers" value={search} onChange={setSearch} />
        <SegmentedControl
          size="sm"
          aria-label="Filter containers"
          value={filter}
          onChange={setFilter}
          data={[
            { value: 'all', label: 'All' },
            { value: 'running', label: 'Running' },
          ]}
        />
        {selected.length > 0 && (
          <SelectionBar containers={selected} onClear={() => choose(new Set())} />
        )}
      </div>
      {rows.length === 0 ? (
        <Notice icon={<IconBox size={32} stroke={1.5} />} title="No running containers">
          <Text c="var(--quiet)">
            {containers.length === 1 ? 'One container has' : `${containers.length} containers have`}{' '}
            exited or never started. Choose “All” to see them.
          </Text>
        </Notice>
      ) : (
        <ListTable
          label="Containers"
          rows={rows}
          columns={COLUMNS}
          rowId={({ id }) => id}
          rowName={({ name }) => name}
          search={search}
          searchText={searchText}
          groupOf={({ project: key }) =>
            key === undefined
              ? undefined
              : {
                  key,
                  heading: (
                    <ProjectHeading
                      name={key}
                      containers={containers.filter(({ project }) => project === key)}
                      folded={folded.includes(key)}
                      onFold={(folds) =>
                        setFolded(folds ? [...folded, key] : folded.filter((each) => each !== key))
                      }
                    />
                  ),
                }
          }
          folded={new Set(folded)}
          ungrouped="Not in a project"
          selected={new Set(selected.map(({ id }) => id))}
          onSelect={choose}
          narrowActionsWidth="86px"
          actions={(container) => <RowActions container={container} />}
        />
      )}
    </LatestUsageProvider>
  );
}

const searchText = ({ name, image, project = '', service = '', id, state, ports }: Container) =>
  [name, image, project, service, id, state, ...ports.map(({ port }) => port)].join(' ');

function summaryOf(containers: readonly Container[]): string | undefined {
  if (containers.length === 0) return undefined;
  return `${containers.filter(isUp).length} of ${containers.length} running`;
}
