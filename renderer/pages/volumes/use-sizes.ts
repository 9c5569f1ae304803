import { useQuery } from '@tanstack/react-query';
import { client, queryClient } from '../../connection/screen.ts';

/** Bytes of each volume by name; undefined until they are counted. */
export const useVolumeSizes = () =>
  useQuery({
    queryKey: ['volume-sizes'],
    queryFn: ({ signal }) => client.volumes.sizes(undefined, { signal }),
    networkMode: 'always',
  }).data;

/** Counts again: something was written or removed. */
export const refreshSizes = () => queryClient.invalidateQueries({ queryKey: ['volume-sizes'] });
