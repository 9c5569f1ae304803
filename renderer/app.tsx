import { Suspense } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { ActivityPanel } from './activity/activity-panel.tsx';
import classes from './app.module.css';
import { useNavigation } from './connection/use-navigation.ts';
import { MachineGate } from './machine/machine-gate.tsx';
import { PAGES } from './pages/pages.ts';
import { Sidebar } from './sidebar.tsx';

/** The window: places on the left, the page beside them. */
export function App() {
  return (
    // The place is kept behind the `#`, so that the page is one file under any address.
    <Router hook={useHashLocation}>
      <div className={classes.window}>
        <Sidebar />
        <main className={classes.main}>
          <Switch>
            {PAGES.map(({ path, component: Component, needsMachine }) => (
              <Route key={path} path={`${path}/*?`}>
                {/* The page comes from this computer: nothing to show for so short a wait. */}
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
        <ActivityPanel />
        <Navigation />
      </div>
    </Router>
  );
}

/** Inside of the router, so that it goes behind the `#`. */
function Navigation() {
  useNavigation();
  return null;
}
