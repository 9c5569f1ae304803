import { useEffect, useState } from 'react';
import { formatDuration } from '../format/duration.ts';

/** How long something has lasted, kept up to date. */
export function Elapsed({ since }: { readonly since: string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return formatDuration(now - Date.parse(since));
}
