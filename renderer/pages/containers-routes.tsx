import { Route, Switch } from 'wouter';
import { ContainerPage } from './container/container-page.tsx';
import { CombinedLogs } from './containers/combined-logs.tsx';
import { ContainersPage } from './containers/containers-page.tsx';
import { EditPage } from './run/edit-page.tsx';

/** The list, and the page of one container. */
export default function ContainersRoutes() {
  return (
    <Switch>
      <Route path="/containers" component={ContainersPage} />
      <Route path="/containers/logs/:ids">
        {({ ids }) => <CombinedLogs key={ids} ids={decodeURIComponent(ids).split(',')} />}
      </Route>
      <Route path="/containers/:id/edit">{({ id }) => <EditPage key={id} id={id} />}</Route>
      <Route path="/containers/:id/:tab?">
        {({ id, tab }) => <ContainerPage key={id} id={id} tab={tab} />}
      </Route>
    </Switch>
  );
}
