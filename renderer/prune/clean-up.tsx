import { Button, Checkbox, Loader, Text } from '@mantine/core';
import { IconEraser } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import type { DiskKind } from '../../electron/api/disk.ts';
import { startActivity } from '../activity/activity.ts';
import { confirmLoss } from '../components/confirm.tsx';
import { explain } from '../connection/failure.ts';
import { client, queryClient, useContainers, useImages, useVolumes } from '../connection/screen.ts';
import { formatBytes } from '../format/bytes.ts';
import classes from './clean-up.module.css';
import { PruneItems } from './prune-items.tsx';
import { PRUNE_KINDS } from './prune-kinds.ts';

/** Containers first: what they used may then go too. */
const ORDER = ['containers', 'volumes', 'images', 'buildCache'] as const satisfies DiskKind[];

/** Their content can't be made or downloaded again. */
const HAS_DATA: ReadonlySet<DiskKind> = new Set(['containers', 'volumes']);

/** All that can be removed from the VM's disk, with one figure and one button. */
export function CleanUp() {
  const [chosen, choose] = useState<ReadonlySet<DiskKind>>(new Set(['images', 'buildCache']));
  const lists = [useContainers(), useImages(), useVolumes()];
  const previews = useQueries({
    queries: ORDER.map((kind) => ({
      queryKey: ['prune-preview', kind, 'downloaded', ...lists.map((list) => list?.length)],
      queryFn: () => client.disk.prunePreview({ kind, scope: 'downloaded' }),
      networkMode: 'always' as const,
      retry: false,
    })),
  });
  const rows = ORDER.map((kind, index) => ({
    kind,
    data: previews[index]?.data,
    error: previews[index]?.error,
  }));
  const going = rows.filter(({ kind, data }) => chosen.has(kind) && data && data.going.length > 0);
  const bytes = going.reduce((sum, { data }) => sum + (data?.bytes ?? 0), 0);
  const isCounting = previews.some(({ isPending }) => isPending);

  return (
    <div className={classes.page}>
      <section className={classes.figure} aria-label="Space to free">
        <div>
          <div className={classes.bytes} role="status">
            {formatBytes(bytes)} {isCounting && <Loader size={16} ml={6} />}
          </div>
          <Text size="sm" c="var(--quiet)">
            {going.length === 0 && !isCounting
              ? 'Nothing is chosen, or nothing is unused.'
              : 'becomes free when you remove what is ticked.'}
          </Text>
        </div>
        <Button
          leftSection={<IconEraser size={16} />}
          disabled={going.length === 0}
          onClick={() => clean(going.map(({ kind }) => kind))}
        >
          Clean up…
        </Button>
      </section>
      {rows.map(({ kind, data, error }) => {
        const { title, goes } = PRUNE_KINDS[kind];
        const count = data?.going.length ?? 0;
        return (
          <section key={kind} className={classes.kind} aria-label={title}>
            <div className={classes.heading}>
              <Checkbox
                size="xs"
                label={title}
                checked={chosen.has(kind) && count > 0}
                disabled={count === 0}
                onChange={({ currentTarget: { checked } }) => {
                  const next = new Set(chosen);
                  if (checked) next.add(kind);
                  else next.delete(kind);
                  choose(next);
                }}
              />
              <span className={classes.size}>
                {data && (count === 0 ? 'Nothing to remove' : formatBytes(data.bytes))}
              </span>
            </div>
            {error && (
              <Text size="sm" c="var(--bad)" role="alert">
                {explain(error).message}
              </Text>
            )}
            {data && count > 0 && (
              <>
                <Text size="xs" c="var(--quiet)" mb={6}>
                  {goes}
                </Text>
                <PruneItems label={`${title} to remove`} items={data.going} />
              </>
            )}
          </section>
        );
      })}
      <Text size="xs" c="var(--quiet)">
        Named volumes, running containers, and images that you built, committed, loaded or tagged
        stay.
      </Text>
    </div>
  );
}

/** Asks first, because containers and volumes can't be recovered. */
function clean(kinds: readonly DiskKind[]): void {
  const lost = kinds.filter((kind) => HAS_DATA.has(kind));
  const names = kinds.map((kind) => PRUNE_KINDS[kind].title.toLowerCase()).join(', ');
  confirmLoss({
    title: 'Clean up the disk?',
    action: 'Clean up',
    onConfirm: () => void removeAll(kinds),
    children:
      lost.length === 0
        ? `Berth removes: ${names}. They can be downloaded or built again.`
        : `Berth removes: ${names}. Files in stopped containers and anonymous volumes can't be recovered.`,
  });
}

const removeAll = (kinds: readonly DiskKind[]) =>
  startActivity({
    title: 'Cleaning up the disk',
    done: (bytes: number) => `${formatBytes(bytes)} freed`,
    async run(signal, report) {
      let bytes = 0;
      for (const kind of kinds) {
        report({ text: PRUNE_KINDS[kind].title });
        bytes += (await client.disk.prune({ kind, scope: 'downloaded' }, { signal })).reclaimed;
      }
      await Promise.all(
        [['disk'], ['prune-preview']].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
      return bytes;
    },
  });
