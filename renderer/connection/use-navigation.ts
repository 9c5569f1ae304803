import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { keepFollowing } from './keep-following.ts';
import { client } from './screen.ts';

/** Opens the pages that the menus, the tray and outside links ask for. */
export function useNavigation(): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    const gone = new AbortController();
    void keepFollowing(async (succeeded) => {
      const places = await client.navigation.watch(undefined, { signal: gone.signal });
      for await (const { path } of places) {
        succeeded();
        navigate(path);
      }
    }, gone.signal);
    return () => gone.abort();
  }, [navigate]);
}
