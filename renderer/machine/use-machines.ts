import { useQuery } from '@tanstack/react-query';
import { client, queryClient } from '../connection/screen.ts';

const queryKey = ['machines'];

/** All VMs, kept up to date while they are shown; undefined until they are known. */
export const useMachines = (enabled = true) =>
  useQuery({
    queryKey,
    queryFn: () => client.machines.list(),
    networkMode: 'always',
    // Other programs start and stop VMs too.
    refetchInterval: 3000,
    enabled,
  }).data;

/** Loads the list again after a change. */
export const refreshMachines = () => queryClient.invalidateQueries({ queryKey });
