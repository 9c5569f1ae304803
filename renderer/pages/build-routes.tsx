import { Route, Switch } from 'wouter';
import { BuildPage } from './build/build-page.tsx';
import { RecordPage } from './build/record-page.tsx';
import { RunningPage } from './build/running-page.tsx';

/** The build form with the history, a running build, and a build of the history. */
export default function BuildRoutes() {
  return (
    <Switch>
      <Route path="/build" component={BuildPage} />
      <Route path="/build/running/:key">
        {({ key }) => <RunningPage key={key} buildKey={Number(key)} />}
      </Route>
      <Route path="/build/:id">{({ id }) => <RecordPage key={id} id={id} />}</Route>
    </Switch>
  );
}
