import { readFile } from 'node:fs/promises';
import type { KubeProgress, KubeRef } from '../../../../api/kube/place.ts';
import { HostError, reasonOf } from '../../../base/errors.ts';
import { eventStream } from '../../../compose/apply/event-stream.ts';
import { requireProject } from '../../../compose/file/load.ts';
import { environmentOf } from '../../../compose/file/project.ts';
import { withRegistryHint } from '../../../images/registry-hint.ts';
import { applyAndWait } from '../../../kube/apply/apply-and-wait.ts';
import { awaitRollout } from '../../../kube/apply/await-rollout.ts';
import type { ObjectDiff } from '../../../kube/apply/diff-manifests.ts';
import {
  type EditedObject,
  planEdit,
  readEditable,
  saveEdit,
} from '../../../kube/apply/edit-object.ts';
import { type Plan, planManifests } from '../../../kube/apply/plan-manifests.ts';
import type { KubeTarget } from '../../../kube/apply/target.ts';
import type { KubeConnections } from '../../../kube/client/connections.ts';
import { fromProject } from '../../../kube/generate/compose/from-project.ts';
import { unbuiltOf } from '../../../kube/generate/compose/unbuilt-images.ts';
import { writeManifests } from '../../../kube/generate/write-manifests.ts';
import { bringImages, neededImages } from '../../../kube/images/needed-images.ts';
import { pushLocalImage } from '../../../kube/images/push-local-image.ts';
import { ManifestError } from '../../../kube/manifests/manifest-error.ts';
import { parseManifests } from '../../../kube/manifests/open-manifests.ts';
import { PATIENCE, type ReportProgress } from '../../../kube/progress.ts';
import { screen } from '../../implementer.ts';
import type { ScreenHost } from '../../screen-host.ts';

/** The text of an editor has no file. */
const FILE = 'manifests';
const MOST_BYTES = 10 * 1024 ** 2;

type Edited = (KubeRef & { readonly version: string }) | undefined;

export function kubeManifestHandlers(host: ScreenHost, clusters: KubeConnections) {
  const { env } = process;
  const editedOf = async ({ resources }: KubeTarget, edited: Edited) => {
    if (!edited) return undefined;
    const { kind, namespace, name, version } = edited;
    return { resource: await resources.named(kind), namespace, name, version };
  };
  const withImages = (
    { client }: KubeTarget,
    text: string,
    registry: string | undefined,
    report: ReportProgress,
    signal: AbortSignal,
  ) => {
    const manifests = parseManifests([{ file: FILE, text }]);
    const about = (name: string, said: string) =>
      report({ kind: 'Image', name, state: 'working', text: said });
    const carrier = {
      host,
      async push(image: string, to: string) {
        about(image, `Pushing to ${to}`);
        const pushing = pushLocalImage(host.engine, host.credentials, image, to, signal);
        try {
          for (;;) {
            const { done, value } = await pushing.next();
            if (done) return value;
            if (value.status !== undefined) about(image, value.status);
          }
        } catch (error) {
          throw withRegistryHint(error, to);
        }
      },
      loading: (image: string, { name }: { readonly name: string }) =>
        about(image, `Loading into cluster ${name}`),
    };
    return neededImages(host, client, manifests).then((needed) =>
      bringImages(carrier, client, manifests, needed, registry, signal),
    );
  };
  return {
    object: screen.kube.manifests.object.handler(async ({ input }) => {
      const target = await clusters.open(input.context);
      const resource = await target.resources.named(input.kind);
      return readEditable(target, { ...input, resource });
    }),
    open: screen.kube.manifests.open.handler(({ input }) => readText(input.path)),
    fromProject: screen.kube.manifests.fromProject.handler(async ({ input: { files } }) => {
      const project = await requireProject({ files, env });
      const options = { env: environmentOf(project, env), bringsImages: true };
      const { objects, warnings } = await fromProject(project, options);
      const unbuiltImages = await unbuiltOf(host.engine, project);
      return { text: writeManifests(objects), warnings: [...warnings], unbuiltImages };
    }),
    plan: screen.kube.manifests.plan.handler(async ({ input, context }) => {
      const { text, force = false } = input;
      const target = await clusters.open(input.context, input.namespace);
      const edited = await editedOf(target, input.edited);
      const manifestText = { file: FILE, text };
      const plan = edited
        ? await planOfEdit(target, text, edited, context.gone)
        : await planManifests(flexible(target), manifestText, { force }, context.gone);
      const needed = await neededImages(host, target.client, plan.manifests);
      return {
        problems: plan.problems.map((problem) => ({ ...problem })),
        changes: plan.diffs.map(changeOf),
        conflicts: [...plan.conflicts],
        localImages: needed.cluster ? [] : [...needed.images],
      };
    }),
    apply: screen.kube.manifests.apply.handler(async function* ({ input, context }) {
      const { text, force = false, registry } = input;
      const target = await clusters.open(input.context, input.namespace);
      const edited = await editedOf(target, input.edited);
      yield* eventStream<KubeProgress>(async (report, signal) => {
        if (edited) {
          await saveEdit(target, parseManifests([{ file: FILE, text }]), edited, signal);
          report({ kind: edited.resource.kind, name: edited.name, state: 'done', text: 'Changed' });
          await awaitRollout(target.client, [edited], { timeout: PATIENCE }, report, signal);
          return;
        }
        const manifests = await withImages(target, text, registry, report, signal);
        const options = { force, wait: true, timeout: PATIENCE };
        await applyAndWait(flexible(target), manifests, options, report, signal);
      }, context.gone);
    }),
  };
}

/** The namespace of the page is only for objects without one. */
const flexible = (target: KubeTarget): KubeTarget => ({ ...target, isNamespaceFixed: false });

async function planOfEdit(
  target: KubeTarget,
  text: string,
  edited: EditedObject,
  signal: AbortSignal,
): Promise<Plan> {
  try {
    const manifests = parseManifests([{ file: FILE, text }]);
    const diff = await planEdit(target, manifests, edited, signal);
    return { manifests, problems: [], diffs: [diff], conflicts: [] };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return { manifests: [], problems: error.problems, diffs: [], conflicts: [] };
  }
}

const changeOf = ({ manifest, placed, change, patch }: ObjectDiff) => ({
  ...{ kind: manifest.object.kind, name: manifest.object.metadata.name, change, patch },
  ...(placed.namespace !== undefined && { namespace: placed.namespace }),
});

async function readText(path: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.length > MOST_BYTES) throw new Error('the file is larger than 10 MB');
    return text;
  } catch (cause) {
    throw new HostError('invalid', `can't read ${path}: ${reasonOf(cause)}`, { cause });
  }
}
