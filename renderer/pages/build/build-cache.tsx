import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { confirmLoss } from '../../components/confirm.tsx';
import { client, queryClient } from '../../connection/screen.ts';
import { formatBytes } from '../../format/bytes.ts';
import classes from './build.module.css';

/** The size of the build cache, and a button that clears it. */
export function BuildCache() {
  const { data: cache } = useQuery({
    queryKey: ['build-cache'],
    queryFn: () => client.builds.cache(),
    networkMode: 'always',
  });
  const prune = useMutation({
    mutationFn: () => client.builds.pruneCache(),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['build-cache'] }),
  });
  const clear = () =>
    confirmLoss({
      title: 'Clear the build cache?',
      children:
        'The next builds run every step again, and caches of RUN instructions begin empty. ' +
        'Images and containers stay.',
      action: 'Clear cache',
      onConfirm: () => prune.mutate(),
    });
  if (!cache || cache.entries === 0) return null;
  const entries = cache.entries === 1 ? '1 entry' : `${cache.entries} entries`;
  return (
    <div className={classes.cache}>
      <span>
        The build cache holds {entries}, {formatBytes(cache.size)}.
      </span>
      <Button size="compact-sm" variant="default" loading={prune.isPending} onClick={clear}>
        Clear cache…
      </Button>
    </div>
  );
}
