import { useQuery } from '@tanstack/react-query';
import { client, queryClient } from '../../connection/screen.ts';

/** Size of each volume in bytes by name; undefined until Berth has counted. */
export const useVolumeSizes = () =>
  useQuery({
    queryKey: ['volume-sizes'],
    queryFn: ({ signal }) => client.volumes.sizes(undefined, { signal }),
    networkMode: 'always',
  }).data;

/** Counts again after something was written or removed. */
export const refreshSizes = () => queryClient.invalidateQueries({ queryKey: ['volume-sizes'] });
