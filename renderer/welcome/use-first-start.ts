import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { lostWith } from '../connection/lost-with.ts';
import { client, useSettings } from '../connection/screen.ts';

export const WELCOME = '/welcome';
/** The app's first page: somebody who opened another page knows what they want. */
const BEGINNING = '/containers';

/** Opens the first steps at the first start, and remembers when the user leaves them. */
export function useFirstStart(): void {
  const onboarded = useSettings()?.app.onboarded;
  const [location, navigate] = useLocation();
  const asked = useRef(false);
  const before = useRef(location);
  useEffect(() => {
    const left = before.current === WELCOME && location !== WELCOME;
    before.current = location;
    // If the connection is lost, the first steps show again at the next start.
    if (left) client.settings.updateApp({ onboarded: true }).catch(lostWith('the connection'));
  }, [location]);
  useEffect(() => {
    if (onboarded === undefined || asked.current) return;
    asked.current = true;
    if (!onboarded && location === BEGINNING) navigate(WELCOME);
  }, [onboarded, location, navigate]);
}
