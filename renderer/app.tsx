import { lazy, Suspense, useState } from 'react';
import { Redirect, Route, Router, Switch, useRoute } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { ActivityPanel } from './activity/activity-panel.tsx';
import classes from './app.module.css';
import { Shortcuts } from './app-shortcuts.tsx';
import { useNavigation } from './connection/use-navigation.ts';
import { EngineBanner } from './machine/engine-banner.tsx';
import { MachineGate } from './machine/machine-gate.tsx';
import { PAGES, type PageEntry } from './navigation/pages.ts';
import { NoticeToasts } from './notices/notice-toasts.tsx';
import { PAGE_COMPONENTS } from './pages/page-components.ts';
import { PaletteHost } from './palette/palette-host.tsx';
import { Sidebar } from './sidebar.tsx';
import { ThemeSetting } from './theme/theme-setting.tsx';
import { useFirstStart, WELCOME } from './welcome/use-first-start.ts';

const WelcomePage = lazy(() => import('./welcome/welcome-page.tsx'));

/** The app with its addresses, and the parts that every page has. */
export function App() {
  return (
    // The address stands behind the `#`, so that one file serves every address.
    <Router hook={useHashLocation}>
      <Window />
      <PaletteHost />
      <Shortcuts />
      <NoticeToasts />
      <ThemeSetting />
      <Navigation />
    </Router>
  );
}

/**
 * The sidebar on the left, the page beside it, running tasks below. The first steps fill the window;
 * pages that stay are hidden meanwhile.
 */
function Window() {
  useFirstStart();
  const [welcome] = useRoute(WELCOME);
  return (
    <div className={classes.window}>
      {!welcome && <Sidebar />}
      <div className={classes.column}>
        <EngineBanner />
        {/* The page loads from the host: the wait is too short to show anything. */}
        {welcome && (
          <Suspense fallback={null}>
            <WelcomePage />
          </Suspense>
        )}
        <main className={classes.main} hidden={welcome}>
          {!welcome && <CurrentPage />}
          {PAGES.filter(({ stays }) => stays).map((page) => (
            <StayingPage key={page.path} page={page} />
          ))}
        </main>
        <ActivityPanel />
      </div>
    </div>
  );
}

function CurrentPage() {
  return (
    <Switch>
      {PAGES.map((page) => (
        <Route key={page.path} path={`${page.path}/*?`}>
          {!page.stays && <PageContent page={page} />}
        </Route>
      ))}
      <Route>
        <Redirect to="/containers" />
      </Route>
    </Switch>
  );
}

function PageContent({ page: { path, needsMachine } }: { readonly page: PageEntry }) {
  const Component = PAGE_COMPONENTS[path];
  return (
    <Suspense fallback={null}>
      {needsMachine ? (
        <MachineGate>
          <Component />
        </MachineGate>
      ) : (
        <Component />
      )}
    </Suspense>
  );
}

/** A page that is loaded when it is first opened, and only hidden while another page is open. */
function StayingPage({ page }: { readonly page: PageEntry }) {
  const [here] = useRoute(`${page.path}/*?`);
  const [seen, setSeen] = useState(false);
  if (here && !seen) setSeen(true);
  return (
    seen && (
      <div className={classes.staying} hidden={!here}>
        <PageContent page={page} />
      </div>
    )
  );
}

/** Inside the router, so that it navigates behind the `#`. */
function Navigation() {
  useNavigation();
  return null;
}
