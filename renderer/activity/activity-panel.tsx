import { Button, CloseButton, Progress, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { Prose } from '../format/prose.tsx';
import {
  type Activity,
  cancelActivity,
  currentActivities,
  dismissActivity,
  subscribeActivities,
} from './activity.ts';
import classes from './activity-panel.module.css';
import { ActivityParts } from './activity-parts.tsx';

/** Shows running tasks below the current page, without covering the page. */
export function ActivityPanel() {
  const activities = useSyncExternalStore(subscribeActivities, currentActivities);
  return (
    <section className={classes.panel} aria-label="Activity" aria-live="polite">
      {activities.map((activity) => (
        <ActivityCard key={activity.id} activity={activity} />
      ))}
    </section>
  );
}

function ActivityCard({ activity }: { readonly activity: Activity }) {
  const { id, title, state, progress, failure, retry } = activity;
  const running = state === 'running';
  return (
    <article className={classes.card} data-state={state}>
      <div className={classes.heading}>
        {state === 'done' && <IconCheck size={16} className={classes.done} aria-hidden />}
        {state === 'failed' && (
          <IconAlertTriangle size={16} className={classes.failed} aria-hidden />
        )}
        <span className={classes.title}>{title}</span>
        <CloseButton
          size="sm"
          aria-label={running ? `Cancel: ${title}` : `Dismiss: ${title}`}
          onClick={() => (running ? cancelActivity(id) : dismissActivity(id))}
        />
      </div>
      {running && (
        <>
          <Progress
            size="sm"
            value={(progress.fraction ?? 1) * 100}
            animated={progress.fraction === undefined}
            aria-label={`Progress of: ${title}`}
          />
          {progress.text && (
            <Text size="xs" c="var(--quiet)" truncate>
              {progress.text}
            </Text>
          )}
          {progress.parts && progress.parts.length > 0 && <ActivityParts parts={progress.parts} />}
        </>
      )}
      {failure && (
        <Text size="sm" role="alert" className={classes.message ?? ''}>
          {failure.message}
          {failure.hint && (
            <Text span display="block" size="xs" c="var(--quiet)">
              <Prose text={failure.hint} />
            </Text>
          )}
        </Text>
      )}
      {retry && (
        <Button
          size="compact-xs"
          variant="default"
          className={classes.retry ?? ''}
          aria-label={`Try again: ${title}`}
          onClick={retry}
        >
          Try again
        </Button>
      )}
    </article>
  );
}
