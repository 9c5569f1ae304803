import { Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Project } from '../../../electron/api/projects.ts';
import { StateDot } from '../../components/state-dot.tsx';
import { client, useFileWatches } from '../../connection/screen.ts';
import { useProjectActions } from './use-project-actions.tsx';
import classes from './watch-card.module.css';
import { watchWords } from './watch-words.ts';

/** The number of events to show. */
const SHOWN = 6;

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** Turns the watching of a project's files on and off, and shows what it did last. */
export function WatchCard({ project }: { readonly project: Project }) {
  const { name } = project;
  const watch = useFileWatches()?.find((each) => each.project === name);
  const active = watch?.active ?? false;
  const actions = useProjectActions(project);
  const stop = useMutation({ mutationFn: () => client.fileWatches.stop({ project: name }) });
  const entries = watch?.entries.slice(0, SHOWN) ?? [];
  return (
    <section className={classes.card} aria-label="File watching">
      <Switch
        label="Watch files"
        description="Berth updates the containers when you change the files that develop.watch names."
        checked={active}
        disabled={actions.busy || stop.isPending}
        onChange={({ currentTarget }) => {
          if (currentTarget.checked) void actions.watchFiles();
          else stop.mutate();
        }}
      />
      {entries.length > 0 && (
        <ol className={classes.entries} aria-label="What watching did last" aria-live="polite">
          {entries.map(({ id, at, event }) => {
            const { tone, text, details } = watchWords(event);
            return (
              <li key={id}>
                <StateDot tone={tone} />
                <time className={classes.time} dateTime={at}>
                  {clock.format(new Date(at))}
                </time>
                <span className={classes.words}>
                  {text}
                  {details !== undefined && <span className={classes.details}>{details}</span>}
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
