import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { client } from './screen.ts';

/** Milliseconds before a broken stream is opened again. */
const RETRY_DELAY = 1000;

/** Opens the pages that the menus, the tray and outside links ask for. */
export function useNavigation(): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    const gone = new AbortController();
    const follow = async () => {
      while (!gone.signal.aborted) {
        try {
          const places = await client.navigation.watch(undefined, { signal: gone.signal });
          for await (const { path } of places) navigate(path);
        } catch {
          // The page shows that the connection is lost.
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
      }
    };
    void follow();
    return () => gone.abort();
  }, [navigate]);
}
