import { useQuery } from '@tanstack/react-query';
import type { DesktopState } from '../../electron/api/desktop.ts';
import { client, queryClient } from '../connection/screen.ts';

const queryKey = ['desktop'];

/** What the host offers beyond the page; undefined until it is known. */
export function useDesktop(): DesktopState | undefined {
  const { data } = useQuery({
    queryKey,
    queryFn: () => client.desktop.about(),
    networkMode: 'always',
  });
  return data;
}

/** Loads the state again after a change. */
export const refreshDesktop = () => queryClient.invalidateQueries({ queryKey });
