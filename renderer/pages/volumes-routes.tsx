import { Route, Switch } from 'wouter';
import { VolumePage } from './volumes/volume-page.tsx';
import { VolumesPage } from './volumes/volumes-page.tsx';

/** The list, and the page of one volume. */
export default function VolumesRoutes() {
  return (
    <Switch>
      <Route path="/volumes" component={VolumesPage} />
      <Route path="/volumes/:name">{({ name }) => <VolumePage key={name} name={name} />}</Route>
    </Switch>
  );
}
