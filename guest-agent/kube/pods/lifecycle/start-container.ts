import type { Container, Pod } from 'kubernetes-types/core/v1.js';
import { createContainer } from '../../../engine/containers/lifecycle/create.ts';
import { startContainer } from '../../../engine/containers/lifecycle/start.ts';
import { isActive } from '../../../engine/containers/record/container.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { Stored } from '../../objects/kube-object.ts';
import { containerEnvironment } from '../environment/environment.ts';
import { obtainImage } from '../images/obtain-image.ts';
import { messageOf, PodError } from '../pod-error.ts';
import { engineName } from '../pod-names.ts';
import { containerRequest } from '../spec/container-request.ts';
import { currentRun, makeRoom } from './container-runs.ts';
import { runHook } from './hooks.ts';
import type { PodScope } from './pod-scope.ts';
import { stopGracefully } from './stop-container.ts';
import { messageMount } from './termination-message.ts';

/**
 * Begins a run of a container: image, creation, start, postStart hook. Returns the container, which
 * doesn't run if its program couldn't start or its hook failed. Throws PodError.
 */
export async function beginRun(
  scope: PodScope,
  container: Container,
  restarts: number,
  signal: AbortSignal,
): Promise<LiveContainer> {
  const { runner } = scope;
  const { pod } = scope.view();
  const say = scope.say.bind(scope);
  const image = await obtainImage(runner, pod, container, say, signal);
  const live = await create(scope, container, image, restarts);
  signal.throwIfAborted();
  try {
    await startContainer(runner.engine, live);
  } catch (error) {
    // The record has the failure, which counts as a run that ended.
    const message = `failed to start container "${container.name}": ${messageOf(error)}`;
    scope.say('Warning', 'Failed', `Error: ${message}`);
    return live;
  }
  scope.say('Normal', 'Started', `Started container ${container.name}`);
  await postStart(scope, container, live, signal);
  return live;
}

async function create(
  scope: PodScope,
  container: Container,
  image: Parameters<typeof containerRequest>[2]['image'],
  restarts: number,
): Promise<LiveContainer> {
  const { engine, objects } = scope.runner;
  const view = scope.view();
  const { pod } = view;
  try {
    await makeRoom(engine, pod, container.name);
    const environment = containerEnvironment(objects, view, container);
    const mounts = [
      ...(await scope.volumes.mountsOf(view, container, environment)),
      await messageMount(scope.directories, pod, container),
    ];
    const infrastructure = scope.infrastructure().id;
    const target = targetOf(engine, pod, container);
    const parts = { image, environment, mounts, infrastructure, restarts, target };
    const request = containerRequest(view, container, parts);
    // Users know the image by the name that the pod says.
    const named = { ...request, Image: container.image ?? image.id };
    const { id } = await createContainer(engine, engineName(pod, container.name), named);
    scope.say('Normal', 'Created', `Created container: ${container.name}`);
    return engine.containers.get(id);
  } catch (cause) {
    const error =
      cause instanceof PodError
        ? cause
        : new PodError('CreateContainerError', messageOf(cause), { cause });
    scope.say('Warning', 'Failed', `Error: ${error.message}`);
    throw error;
  }
}

/** The container whose processes a debug container sees. Throws PodError if it doesn't run. */
function targetOf(engine: Engine, pod: Stored<Pod>, { name }: Container): string | undefined {
  const found = pod.spec?.ephemeralContainers?.find((each) => each.name === name);
  const target = found?.targetContainerName;
  if (!target) return undefined;
  const live = currentRun(engine, pod, target);
  if (live && isActive(live.record)) return live.id;
  throw new PodError('CreateContainerError', `the target container "${target}" doesn't run`);
}

/** Without a successful hook, the container is stopped. */
async function postStart(
  scope: PodScope,
  container: Container,
  live: LiveContainer,
  signal: AbortSignal,
): Promise<void> {
  const hook = container.lifecycle?.postStart;
  if (!hook) return;
  const over = new AbortController();
  live.nextExit().then(
    () => over.abort(),
    (error) => scope.runner.log(`waiting for ${live.record.name}`, error),
  );
  if (!isActive(live.record)) return;
  const during = AbortSignal.any([signal, over.signal]);
  const failure = await runHook(scope, container, live, hook, during).catch((error) => {
    signal.throwIfAborted();
    // The container has ended meanwhile.
    if (over.signal.aborted) return undefined;
    throw error;
  });
  if (failure === undefined) return;
  scope.say('Warning', 'FailedPostStartHook', `PostStartHook failed: ${failure}`);
  const grace = scope.view().pod.spec?.terminationGracePeriodSeconds ?? 30;
  scope.say('Normal', 'Killing', 'FailedPostStartHook');
  await stopGracefully(scope, container, live, grace, signal);
}
