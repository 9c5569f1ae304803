import { useQuery } from '@tanstack/react-query';
import type { DesktopState } from '../../electron/api/desktop.ts';
import { client, queryClient } from '../connection/screen.ts';

const queryKey = ['desktop'];

/** What the host offers beyond the page; undefined until it has told. */
export function useDesktop(): DesktopState | undefined {
  const { data } = useQuery({
    queryKey,
    queryFn: () => client.desktop.about(),
    networkMode: 'always',
  });
  return data;
}

/** After something of it was changed. */
export const refreshDesktop = () => queryClient.invalidateQueries({ queryKey });
