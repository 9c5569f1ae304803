import { Loader, SegmentedControl, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Container } from '../../../electron/api/containers.ts';
import JsonView from '../../components/json-view.tsx';
import { explain } from '../../connection/failure.ts';
import { client } from '../../connection/screen.ts';
import { ContainerSummary } from './container-summary.tsx';
import classes from './inspect-tab.module.css';

/** Everything that is known about the container: as a summary, or as the engine's JSON. */
export default function InspectTab({ container }: { readonly container: Container }) {
  const { id, name } = container;
  const [view, setView] = useState<'summary' | 'json'>('summary');
  const { data: details, error } = useQuery({
    // A change in the list may have changed these details.
    queryKey: ['container', id, container],
    queryFn: () => client.containers.inspect({ id }),
    placeholderData: (before) => before,
    networkMode: 'always',
    retry: false,
  });
  return (
    <div className={classes.tab}>
      <SegmentedControl
        className={classes.choice ?? ''}
        size="sm"
        aria-label="View"
        value={view}
        onChange={setView}
        data={[
          { value: 'summary', label: 'Summary' },
          { value: 'json', label: 'JSON' },
        ]}
      />
      {!details && !error && <Loader size={24} />}
      {error && (
        <Text size="sm" c="var(--bad)" role="alert">
          {explain(error).message}
        </Text>
      )}
      {details && view === 'summary' && (
        <ContainerSummary container={container} details={details} />
      )}
      {details && view === 'json' && (
        <JsonView label={`Engine details of ${name}`} text={details.document} />
      )}
    </div>
  );
}
