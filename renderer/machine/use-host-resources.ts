import { useQuery } from '@tanstack/react-query';
import { client } from '../connection/screen.ts';

/** The host's resources; undefined until they are known. They don't change. */
export const useHostResources = () =>
  useQuery({
    queryKey: ['host-resources'],
    queryFn: () => client.machine.hostResources(),
    networkMode: 'always',
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
