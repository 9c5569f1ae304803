import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { ProjectEvent } from '../../../electron/api/project-events.ts';
import type { Project } from '../../../electron/api/projects.ts';
import { type Progress, startActivity } from '../../activity/activity.ts';
import { client } from '../../connection/screen.ts';

type Open = (options: { signal: AbortSignal }) => Promise<AsyncIterable<ProjectEvent>>;

/** The actions on a whole project, or on some of its services. `what` names them in the messages. */
export function useProjectActions(
  { name, files }: Pick<Project, 'name' | 'files'>,
  what: string = name,
) {
  const [busy, setBusy] = useState(false);
  const run = async (title: string, done: string, open: Open) => {
    setBusy(true);
    const warnings: string[] = [];
    const ended = await startActivity({
      title: `${title} ${what}`,
      done: () => `${what} ${done}`,
      async run(signal, report) {
        for await (const event of await open({ signal })) {
          report(progressOf(event));
          if (event.state === 'warning') warnings.push(`${event.name}: ${event.text}`);
        }
        return true;
      },
    });
    setBusy(false);
    for (const message of warnings) {
      notifications.show({ color: 'yellow', title: what, message, autoClose: 12_000 });
    }
    return ended ?? false;
  };
  return {
    busy,
    up: (options: { build?: boolean; removeOrphans?: boolean; services?: string[] } = {}) =>
      run('Starting', 'has started', (call) => client.projects.up({ files, ...options }, call)),
    scale: (service: string, count: number) =>
      run('Scaling', 'was scaled', (call) =>
        client.projects.up(
          { files, services: [service], noDeps: true, scale: { [service]: count } },
          call,
        ),
      ),
    /** Builds the service's image again, and recreates its containers if the image differs. */
    rebuild: (service: string) =>
      run('Rebuilding', 'was rebuilt', (call) =>
        client.projects.up({ files, services: [service], noDeps: true, build: true }, call),
      ),
    /** Starts the project with new builds, and watches its files. */
    watchFiles: () =>
      run('Starting and watching', 'is watched', (call) =>
        client.fileWatches.start({ files }, call),
      ),
    remove: (services: string[]) =>
      run('Removing', 'was removed', (call) =>
        client.projects.remove({ name, files, services }, call),
      ),
    down: (options: { volumes: boolean; images: boolean }) =>
      run('Taking down', 'was taken down', (call) =>
        client.projects.down({ name, files, ...options }, call),
      ),
    start: (services?: string[]) =>
      run('Starting', 'has started', (call) =>
        client.projects.start({ name, files, ...(services && { services }) }, call),
      ),
    stop: (services?: string[]) =>
      run('Stopping', 'has stopped', (call) =>
        client.projects.stop({ name, files, ...(services && { services }) }, call),
      ),
    restart: (services?: string[]) =>
      run('Restarting', 'has restarted', (call) =>
        client.projects.restart({ name, files, ...(services && { services }) }, call),
      ),
    pull: (services?: string[]) =>
      run('Pulling images of', 'has its newest images', (call) =>
        client.projects.pull({ files, ...(services && { services }) }, call),
      ),
  };
}

const progressOf = ({ name, text, fraction }: ProjectEvent): Progress => ({
  text: `${name}: ${text}`,
  ...(fraction === undefined ? {} : { fraction }),
});
