import { Loader, SegmentedControl, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Container } from '../../../electron/api/containers.ts';
import JsonView from '../../components/json-view.tsx';
import { explain } from '../../connection/failure.ts';
import { client } from '../../connection/screen.ts';
import { ContainerSummary } from './container-summary.tsx';
import classes from './inspect-tab.module.css';

/** All that is known of the container: to be read, or as the engine tells it. */
export default function InspectTab({ container }: { readonly container: Container }) {
  const { id, name } = container;
  const [view, setView] = useState<'summary' | 'json'>('summary');
  const { data: details, error } = useQuery({
    // Whatever the list shows of it may have changed what is told here.
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
        aria-label="How it is shown"
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
        <JsonView label={`What the engine tells of ${name}`} text={details.document} />
      )}
    </div>
  );
}
