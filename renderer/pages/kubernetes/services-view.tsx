import { Anchor, Button, Loader, Text } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { KubeService } from '../../../electron/api/kube/services.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { ClusterFailure } from './cluster-failure.tsx';
import { openForward, startForward } from './forward-dialog.tsx';
import { ForwardTable } from './forward-table.tsx';
import classes from './kubernetes.module.css';
import { idOf } from './object-rows.ts';
import { type Scope, usePortForwards, useServices } from './use-cluster.ts';

const columnsOf = (hasNamespaces: boolean): readonly ListColumn<KubeService>[] => [
  {
    title: 'Name',
    width: '26%',
    sortBy: ({ name }) => name,
    cell: ({ name, kind, type }) => (
      <>
        <span className={classes.name} title={name}>
          {name}
        </span>
        <span className={classes.details}>{[kind, type].filter(Boolean).join(' · ')}</span>
      </>
    ),
  },
  ...(hasNamespaces
    ? [
        {
          title: 'Namespace',
          width: '130px',
          sortBy: ({ namespace }: KubeService) => namespace,
          cell: ({ namespace }: KubeService) => namespace,
        },
      ]
    : []),
  {
    title: 'Address',
    cell: ({ addresses, urls }) => (
      <>
        {urls.map((url) => (
          <Anchor
            key={url}
            href={url}
            target="_blank"
            rel="noreferrer"
            size="sm"
            display="block"
            truncate
          >
            {url.replace(/^https?:\/\//, '')}
          </Anchor>
        ))}
        {urls.length === 0 && <span className={classes.number}>{addresses.join(', ')}</span>}
      </>
    ),
  },
  {
    title: 'Ports',
    width: '150px',
    cell: ({ ports }) => (
      <span className={classes.number}>{ports.map(({ port }) => port).join(', ')}</span>
    ),
  },
  {
    title: 'Age',
    width: '116px',
    needsRoom: true,
    sortBy: ({ created }) => -Date.parse(created) || 0,
    cell: ({ created }) => created !== '' && <Elapsed since={created} />,
  },
];

/** The forwarded ports, and the Services and Ingresses of a cluster. */
export function ServicesView({ scope }: { readonly scope: Scope }) {
  const [search, setSearch] = useState('');
  const { value: services, failure } = useServices(scope);
  const { value: forwards = [] } = usePortForwards();
  const hasNamespaces = scope.namespace === undefined;
  const columns = useMemo(() => columnsOf(hasNamespaces), [hasNamespaces]);
  if (services === undefined && failure) return <ClusterFailure failure={failure} />;
  if (services === undefined) return <Loader size={24} />;
  return (
    <div className={classes.view}>
      {forwards.length > 0 && (
        <section aria-labelledby="forwards">
          <h2 id="forwards" className={classes.section}>
            Forwarded ports
          </h2>
          <ForwardTable forwards={forwards} />
        </section>
      )}
      <Toolbar
        search={<SearchField label="Search services" value={search} onChange={setSearch} />}
      />
      {services.length === 0 ? (
        <Text size="sm" c="var(--quiet)">
          No Services here. A Service gives the pods of a workload one name and one address.
        </Text>
      ) : (
        <ListTable
          label="Services"
          rows={services}
          columns={columns}
          rowId={idOf}
          rowName={({ name }) => name}
          search={search}
          searchText={({ kind, name, namespace, addresses }) =>
            [kind, name, namespace, ...addresses].join(' ')
          }
          actions={(service) => <ForwardButton context={scope.context} service={service} />}
          actionsWidth="160px"
        />
      )}
    </div>
  );
}

interface ForwardButtonProps {
  readonly context: string;
  readonly service: KubeService;
}

/** Forwards the only port at once, or asks which one. */
function ForwardButton({ context, service }: ForwardButtonProps) {
  const { kind, namespace, name, ports } = service;
  const ref = { context, kind, namespace, name };
  const start = useMutation({
    mutationFn: (remote: string) => startForward({ ...ref, remote }),
  });
  const [first, second] = ports;
  if (!first) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconPlugConnected size={15} />}
      aria-label={`Forward a port to ${name}`}
      loading={start.isPending}
      onClick={() =>
        second
          ? openForward(
              ref,
              ports.map(({ port }) => String(port)),
            )
          : start.mutate(String(first.port))
      }
    >
      {second ? 'Forward…' : 'Forward'}
    </Button>
  );
}
