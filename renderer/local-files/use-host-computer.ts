import { useQuery } from '@tanstack/react-query';
import { client } from '../connection/screen.ts';

/** The host that Berth runs on; undefined until it is known. */
export const useHostComputer = () =>
  useQuery({
    queryKey: ['host-computer'],
    queryFn: () => client.localFiles.about(),
    staleTime: Number.POSITIVE_INFINITY,
    networkMode: 'always',
  }).data;
