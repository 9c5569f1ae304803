import { useEffect, useState } from 'react';
import { client } from '../../connection/screen.ts';
import { afterEvent, type FollowedBuild, nothingYet } from './followed-build.ts';

/** Follows a running or past build of any client. `isGone` if the engine doesn't know the build. */
export function useFollowedBuild(id: string): FollowedBuild & { readonly isGone: boolean } {
  const [followed, setFollowed] = useState(nothingYet);
  const [isGone, setGone] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const follow = async () => {
      for await (const event of await client.builds.follow({ id }, { signal })) {
        if (signal.aborted) return;
        setFollowed((before) => afterEvent(before, event));
      }
    };
    setFollowed(nothingYet);
    follow().catch((error: unknown) => {
      if (!signal.aborted) setGone(error instanceof Error);
    });
    return () => stop.abort();
  }, [id]);
  return { ...followed, isGone: isGone && followed.build === undefined };
}
