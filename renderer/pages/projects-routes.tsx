import { Route, Switch } from 'wouter';
import { ProjectPage } from './projects/project-page.tsx';
import { ProjectsPage } from './projects/projects-page.tsx';

/** The list, and the page of one project. */
export default function ProjectsRoutes() {
  return (
    <Switch>
      <Route path="/projects" component={ProjectsPage} />
      <Route path="/projects/:name/:tab/:service">
        {({ name, tab, service }) => (
          <ProjectPage
            key={name}
            name={decodeURIComponent(name)}
            tab={tab}
            service={decodeURIComponent(service)}
          />
        )}
      </Route>
      <Route path="/projects/:name/:tab?">
        {({ name, tab }) => (
          <ProjectPage
            key={name}
            name={decodeURIComponent(name)}
            tab={tab ?? 'services'}
            service={undefined}
          />
        )}
      </Route>
    </Switch>
  );
}
