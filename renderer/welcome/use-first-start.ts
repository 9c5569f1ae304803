import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { lostWith } from '../connection/lost-with.ts';
import { client, useSettings } from '../connection/screen.ts';

export const WELCOME = '/welcome';
/** Where the app begins; whoever opened it somewhere else knows what they want. */
const BEGINNING = '/containers';

/** Leads to the first steps at the first start, and remembers when they are left. */
export function useFirstStart(): void {
  const onboarded = useSettings()?.app.onboarded;
  const [location, navigate] = useLocation();
  const asked = useRef(false);
  const before = useRef(location);
  useEffect(() => {
    const left = before.current === WELCOME && location !== WELCOME;
    before.current = location;
    // Should the connection be gone, they are shown once more.
    if (left) client.settings.updateApp({ onboarded: true }).catch(lostWith('the connection'));
  }, [location]);
  useEffect(() => {
    if (onboarded === undefined || asked.current) return;
    asked.current = true;
    if (!onboarded && location === BEGINNING) navigate(WELCOME);
  }, [onboarded, location, navigate]);
}
