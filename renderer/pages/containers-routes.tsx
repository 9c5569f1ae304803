import { Route, Switch } from 'wouter';
import { ContainerPage } from './container/container-page.tsx';
import { ContainersPage } from './containers/containers-page.tsx';

/** The list, and the page of one container. */
export default function ContainersRoutes() {
  return (
    <Switch>
      <Route path="/containers" component={ContainersPage} />
      <Route path="/containers/:id/:tab?">
        {({ id, tab }) => <ContainerPage key={id} id={id} tab={tab} />}
      </Route>
    </Switch>
  );
}
