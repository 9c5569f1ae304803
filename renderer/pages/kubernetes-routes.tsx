import { lazy } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { useLastContext } from './kubernetes/cluster-memory.ts';
import { ClusterPage } from './kubernetes/cluster-page.tsx';
import { ClustersPage } from './kubernetes/clusters-page.tsx';
import { DeployPage } from './kubernetes/deploy-page.tsx';
import { ObjectPage } from './kubernetes/object-page.tsx';
import { CLUSTERS_PLACE, contextIn, VIEWS, viewOf } from './kubernetes/places.ts';

// The editor is large, so it is loaded separately.
const ApplyPage = lazy(() => import('./kubernetes/apply-page.tsx'));

/** The lists of a cluster, the page of one object, local clusters, and where projects are deployed. */
export default function KubernetesRoutes() {
  const [last] = useLastContext();
  return (
    <Switch>
      <Route path="/kubernetes/:context/:kind/:namespace/:name/:tab?">
        {({ context, kind, namespace, name, tab }) => {
          const ref = {
            context: contextIn(context),
            kind: decodeURIComponent(kind),
            namespace: decodeURIComponent(namespace),
            name: decodeURIComponent(name),
          };
          return <ObjectPage key={JSON.stringify(ref)} object={ref} tab={tab} />;
        }}
      </Route>
      <Route path={CLUSTERS_PLACE} component={ClustersPage} />
      <Route path="/kubernetes/deploy/:project">
        {({ project }) => <DeployPage key={project} name={decodeURIComponent(project)} />}
      </Route>
      <Route path="/kubernetes/:context/apply">
        {({ context }) => <ApplyPage key={context} context={contextIn(context)} />}
      </Route>
      <Route path="/kubernetes/:context/:view?">
        {({ context, view }) => (
          <ClusterPage
            key={context}
            context={contextIn(context)}
            view={VIEWS.find((each) => each === view) ?? 'workloads'}
          />
        )}
      </Route>
      <Route>
        <Redirect to={viewOf(last)} replace />
      </Route>
    </Switch>
  );
}
