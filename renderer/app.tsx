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

/** The app under its addresses, and what is there on every page. */
export function App() {
  return (
    // The place is kept behind the `#`, so that the page is one file under any address.
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
 * Places on the left, the page beside them, what is under way below it. The first steps have the
 * window for themselves; pages that stay wait out of sight meanwhile.
 */
function Window() {
  useFirstStart();
  const [welcome] = useRoute(WELCOME);
  return (
    <div className={classes.window}>
      {!welcome && <Sidebar />}
      <div className={classes.column}>
        <EngineBanner />
        {/* The page comes from this computer: nothing to show for so short a wait. */}
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

/** Loaded when it is first looked at, and out of sight from then on while another page is shown. */
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

/** Inside of the router, so that it goes behind the `#`. */
function Navigation() {
  useNavigation();
  return null;
}
