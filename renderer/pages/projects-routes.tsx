import { Route, Switch } from 'wouter';
import { ProjectPage } from './projects/project-page.tsx';
import { ProjectsPage } from './projects/projects-page.tsx';

/** The list, and the page of one project. */
export default function ProjectsRoutes() {
  return (
    <Switch>
      <Route path="/projects" component={ProjectsPage} />
      <Route path="/projects/:name/:tab?">
        {({ name, tab }) => (
          <ProjectPage key={name} name={decodeURIComponent(name)} tab={tab ?? 'services'} />
        )}
      </Route>
    </Switch>
  );
}
