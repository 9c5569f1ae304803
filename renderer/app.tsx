import { Redirect, Route, Router, Switch } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import classes from './app.module.css';
import { MachineGate } from './machine/machine-gate.tsx';
import { ContainerPage } from './pages/container/container-page.tsx';
import { ContainersPage } from './pages/containers/containers-page.tsx';
import { ImagesPage } from './pages/images/images-page.tsx';
import { Sidebar } from './sidebar.tsx';

/** The window: places on the left, the page beside them. */
export function App() {
  return (
    // The place is kept behind the `#`, so that the page is one file under any address.
    <Router hook={useHashLocation}>
      <div className={classes.window}>
        <Sidebar />
        <main className={classes.main}>
          <MachineGate>
            <Switch>
              <Route path="/containers" component={ContainersPage} />
              <Route path="/containers/:id/:tab?">
                {({ id, tab }) => <ContainerPage key={id} id={id} tab={tab ?? 'terminal'} />}
              </Route>
              <Route path="/images" component={ImagesPage} />
              <Route>
                <Redirect to="/containers" />
              </Route>
            </Switch>
          </MachineGate>
        </main>
      </div>
    </Router>
  );
}
