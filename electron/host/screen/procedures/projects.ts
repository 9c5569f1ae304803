import type { ProjectEvent } from '../../../api/project-events.ts';
import type { ProjectLogLine } from '../../../api/projects.ts';
import { loggerOf } from '../../base/log.ts';
import { down } from '../../compose/apply/down.ts';
import { eventBatches, eventStream } from '../../compose/apply/event-stream.ts';
import { ofProject, restart, start, stop } from '../../compose/apply/lifecycle.ts';
import { prepareImages } from '../../compose/apply/prepare-images.ts';
import { removeStopped, stoppedContainers } from '../../compose/apply/remove-stopped.ts';
import { up } from '../../compose/apply/up.ts';
import { withOverride } from '../../compose/file/find-files.ts';
import { loadProject, requireProject } from '../../compose/file/load.ts';
import { writeTemplate } from '../../compose/file/templates.ts';
import { type ProjectLogOptions, projectLogs } from '../../compose/logs.ts';
import { previewUp } from '../../compose/preview.ts';
import { screen } from '../implementer.ts';
import {
  readComposeFile,
  readContent,
  saveComposeFile,
  versionOf,
  watchProjects,
} from '../projects.ts';
import type { ScreenHost } from '../screen-host.ts';

const log = loggerOf('compose');

interface Change {
  readonly files?: readonly string[] | undefined;
  readonly services?: readonly string[] | undefined;
}

export function projectHandlers(host: ScreenHost) {
  const { engine, composeFiles } = host;
  const { env } = process;
  const stream = (
    work: (report: (event: ProjectEvent) => void, signal: AbortSignal) => Promise<unknown>,
    gone: AbortSignal,
  ) =>
    eventStream<ProjectEvent>(async (report, signal) => {
      await work(report, signal);
    }, gone);
  const open = async (file: string) => {
    const files = await withOverride(file);
    await readComposeFile(file);
    await composeFiles.add(file);
    return files;
  };
  /** A project with broken files can still be stopped; then no hooks run. */
  const changeOf = async ({ files, services }: Change) => {
    const reading = files && files.length > 0 ? loadProject({ files, env }) : undefined;
    const loaded = reading && (await log.attempt('Reading the files of a project', reading));
    return {
      ...(services && { services }),
      ...(loaded?.project && ofProject(engine, loaded.project, env)),
    };
  };
  return {
    watch: screen.projects.watch.handler(async function* ({ context }) {
      yield* watchProjects(engine, composeFiles, context.gone);
    }),
    read: screen.projects.read.handler(({ input: { files } }) => readContent({ files, env })),
    text: screen.projects.text.handler(async ({ input }) => {
      const text = await readComposeFile(input.file);
      return { text, version: versionOf(text) };
    }),
    check: screen.projects.check.handler(({ input: { files, file, text } }) =>
      readContent({ files, env, edited: new Map([[file, text]]) }),
    ),
    plan: screen.projects.plan.handler(async ({ input: { files, file, text } }) => {
      const edited = new Map([[file, text]]);
      return previewUp(engine, await requireProject({ files, env, edited }));
    }),
    save: screen.projects.save.handler(async ({ input: { file, text, version } }) => ({
      version: await saveComposeFile(file, text, version),
    })),
    open: screen.projects.open.handler(({ input }) => open(input.file)),
    forget: screen.projects.forget.handler(({ input }) => composeFiles.remove(input.file)),
    create: screen.projects.create.handler(async ({ input: { directory, template } }) =>
      open(await writeTemplate(directory, template)),
    ),
    up: screen.projects.up.handler(async function* ({ input, context }) {
      const { files, services, noDeps, build, pull, removeOrphans, scale } = input;
      const project = await requireProject({ files, env });
      const options = {
        env,
        ...(services && { services }),
        ...(noDeps !== undefined && { noDeps }),
        ...(build !== undefined && { build }),
        ...(pull !== undefined && { pull }),
        ...(removeOrphans !== undefined && { removeOrphans }),
        ...(scale && { scale }),
      };
      yield* stream((report, signal) => up(host, project, options, report, signal), context.gone);
    }),
    down: screen.projects.down.handler(async function* ({ input, context }) {
      const { name, volumes, images } = input;
      const { hooks } = await changeOf({ files: input.files });
      const options = {
        ...{ volumes, orphans: true },
        ...(hooks && { hooks }),
        ...(images && { images: 'all' as const }),
      };
      yield* stream((report, signal) => down(engine, name, options, report, signal), context.gone);
    }),
    start: screen.projects.start.handler(async function* ({ input, context }) {
      const options = await changeOf(input);
      yield* stream(
        (report, signal) => start(engine, input.name, options, report, signal),
        context.gone,
      );
    }),
    stop: screen.projects.stop.handler(async function* ({ input, context }) {
      const options = await changeOf(input);
      yield* stream(
        (report, signal) => stop(engine, input.name, options, report, signal),
        context.gone,
      );
    }),
    restart: screen.projects.restart.handler(async function* ({ input, context }) {
      const options = await changeOf(input);
      yield* stream(
        (report, signal) => restart(engine, input.name, options, report, signal),
        context.gone,
      );
    }),
    remove: screen.projects.remove.handler(async function* ({ input, context }) {
      const { name, services = [] } = input;
      const options = await changeOf(input);
      yield* stream(async (report, signal) => {
        await stop(engine, name, options, report, signal);
        const stopped = await stoppedContainers(engine, name, services);
        signal.throwIfAborted();
        await removeStopped(engine, stopped, { volumes: true }, report);
      }, context.gone);
    }),
    pull: screen.projects.pull.handler(async function* ({ input: { files, services }, context }) {
      const project = await requireProject({ files, env });
      const options = { pull: true, ...(services && { services: new Set(services) }) };
      yield* stream(
        (report, signal) => prepareImages(host, project, options, report, signal),
        context.gone,
      );
    }),
    logs: screen.projects.logs.handler(async function* ({ input, context }) {
      const options = { ...targetOf(input), follow: true, tail: input.tail };
      let caughtUp = false;
      const batches = eventBatches<ProjectLogLine | undefined>((report, signal) => {
        const onCaughtUp = () => {
          caughtUp = true;
          report(undefined);
        };
        const onUnreadable: ProjectLogOptions['onUnreadable'] = (container, text) =>
          report({ ...container, stream: 'stderr', at: new Date().toISOString(), text });
        const heard = { ...options, onCaughtUp, onUnreadable };
        return projectLogs(engine, input.name, heard, report, signal);
      }, context.gone);
      for await (const batch of batches) {
        yield { lines: batch.filter((line) => line !== undefined), caughtUp };
      }
    }),
  };
}

const targetOf = ({ services }: { readonly services?: string[] | undefined }) =>
  services ? { services } : {};
