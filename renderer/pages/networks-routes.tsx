import { Route, Switch } from 'wouter';
import { NetworkPage } from './networks/network-page.tsx';
import { NetworksPage } from './networks/networks-page.tsx';

/** The list, and below it one network. */
export default function NetworksRoutes() {
  return (
    <Switch>
      <Route path="/networks" component={NetworksPage} />
      <Route path="/networks/:id">{({ id }) => <NetworkPage key={id} id={id} />}</Route>
    </Switch>
  );
}
