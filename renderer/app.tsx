import { lazy, Suspense } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { ActivityPanel } from './activity/activity-panel.tsx';
import classes from './app.module.css';
import { MachineGate } from './machine/machine-gate.tsx';
import { NoticeToasts } from './notices/notice-toasts.tsx';
import { PAGES } from './pages/pages.ts';
import { PaletteHost } from './palette/palette-host.tsx';
import { Shortcuts } from './shortcuts/shortcuts.tsx';
import { Sidebar } from './sidebar.tsx';
import { ThemeSetting } from './theme/theme-setting.tsx';
import { useFirstStart, WELCOME } from './welcome/use-first-start.ts';

const WelcomePage = lazy(() => import('./welcome/welcome-page.tsx'));

/** The app under its addresses, and what is there on every page. */
export function App() {
  return (
    // The place is kept behind the `#`, so that the page is one file under any address.
    <Router hook={useHashLocation}>
      <Window />
      <ActivityPanel />
      <PaletteHost />
      <Shortcuts />
      <NoticeToasts />
      <ThemeSetting />
    </Router>
  );
}

/** Places on the left, the page beside them; the first steps have the window for themselves. */
function Window() {
  useFirstStart();
  return (
    <div className={classes.window}>
      {/* The page comes from this computer: nothing to show for so short a wait. */}
      <Switch>
        <Route path={WELCOME}>
          <Suspense fallback={null}>
            <WelcomePage />
          </Suspense>
        </Route>
        <Route>
          <Sidebar />
          <main className={classes.main}>
            <Switch>
              {PAGES.map(({ path, component: Component, needsMachine }) => (
                <Route key={path} path={`${path}/*?`}>
                  <Suspense fallback={null}>
                    {needsMachine ? (
                      <MachineGate>
                        <Component />
                      </MachineGate>
                    ) : (
                      <Component />
                    )}
                  </Suspense>
                </Route>
              ))}
              <Route>
                <Redirect to="/containers" />
              </Route>
            </Switch>
          </main>
        </Route>
      </Switch>
    </div>
  );
}
