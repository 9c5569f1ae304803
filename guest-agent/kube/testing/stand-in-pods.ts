import { PassThrough, Readable } from 'node:stream';
import type { Container, ContainerStatus, Pod, PodCondition } from 'kubernetes-types/core/v1.js';
import { Controller } from '../controllers/controller.ts';
import { KubeError } from '../kube-error.ts';
import { keyOf, keyText, type ObjectKey, type Stored } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';
import { recordEvent } from '../objects/record-event.ts';
import { pods } from '../objects/resources.ts';
import { timestamp } from '../objects/timestamp.ts';
import type { LogOptions, PodStreams, ProcessStreams } from '../pods/pod-streams.ts';

type Log = (message: string, cause?: unknown) => void;

/** Images with such names can't be pulled. */
const BROKEN = /^broken:/;

interface Options {
  readonly readyMs: number;
  /** Whether the node has an image, for pods that never pull. */
  readonly hasImage?: ((image: string) => boolean) | undefined;
}

/**
 * A pod runner without containers. Pods become ready after a moment, stop at once when they are
 * deleted, and have small programs: `cat`, `echo`, `sh -c 'exit N'`, and a shell that repeats what
 * is typed. Ports answer what they get.
 */
export class StandInPods implements Disposable, PodStreams {
  readonly #objects: Objects;
  readonly #controller: Controller;
  readonly #stop: () => void;
  readonly #hasImage: (image: string) => boolean;
  #addresses = 0;

  constructor(objects: Objects, log: Log, { readyMs, hasImage = () => true }: Options) {
    this.#objects = objects;
    this.#hasImage = hasImage;
    this.#controller = new Controller('pod', (key) => this.#reconcile(key, log), log);
    this.#stop = objects.listen(pods, ({ type, object }) => {
      if (type !== 'DELETED')
        this.#controller.enqueue(keyOf(object), type === 'ADDED' ? readyMs : 0);
    });
    for (const pod of objects.list(pods)) this.#controller.enqueue(keyOf(pod), readyMs);
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#controller[Symbol.dispose]();
  }

  async logs(key: ObjectKey, options: LogOptions) {
    const { follow = false, tailLines, timestamps } = options;
    const pod = this.#require(key);
    const container = options.container ?? pod.spec?.containers[0]?.name ?? '';
    const lines = [`${container} of ${keyText(key)} started`, 'ready to serve'];
    const shown = lines.slice(tailLines === undefined ? 0 : Math.max(0, lines.length - tailLines));
    const prefix = timestamps ? `${pod.metadata.creationTimestamp} ` : '';
    const stream = new PassThrough();
    stream.write(shown.map((line) => `${prefix}${line}\n`).join(''));
    if (!follow) stream.end();
    return stream;
  }

  async exec(
    key: ObjectKey,
    { command, stdin }: { readonly command: readonly string[]; readonly stdin: boolean },
  ): Promise<ProcessStreams> {
    this.#require(key);
    return runProgram(command, stdin);
  }

  async attach(key: ObjectKey, { stdin }: { readonly stdin: boolean }): Promise<ProcessStreams> {
    this.#require(key);
    return runProgram(['cat'], stdin);
  }

  async connect(key: ObjectKey, port: number) {
    this.#require(key);
    if (port === 1) throw new KubeError('BadRequest', `nothing listens on port ${port}`);
    return new PassThrough();
  }

  #require(key: ObjectKey): Stored<Pod> {
    const pod = this.#objects.get(pods, key);
    if (pod) return pod;
    throw new KubeError('NotFound', `pods "${key.name}" not found`);
  }

  async #reconcile(key: ObjectKey, log: Log): Promise<void> {
    const pod = this.#objects.get(pods, key);
    if (pod === undefined) return;
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (pod.metadata.deletionGracePeriodSeconds === 0) return;
      await this.#objects.remove(pods, key);
      return;
    }
    if (pod.status?.containerStatuses) {
      await this.#updateImages(pod);
      return;
    }
    this.#addresses += 1;
    await this.#objects.change(pods, key, (current) => this.#started(current));
    const broken = (pod.spec?.containers ?? []).find(({ image = '' }) => BROKEN.test(image));
    await recordEvent(
      this.#objects,
      pod,
      broken
        ? { type: 'Warning', reason: 'Failed', message: `Failed to pull image "${broken.image}"` }
        : { type: 'Normal', reason: 'Started', message: 'Started container' },
    ).catch((error) => log('recording an event', error));
  }

  /** A pod's images are what can be changed of it. */
  async #updateImages(pod: Stored<Pod>): Promise<void> {
    const { containerStatuses: statuses = [] } = pod.status ?? {};
    const isSame = (pod.spec?.containers ?? []).every(({ name, image }) =>
      statuses.some((status) => status.name === name && status.image === image),
    );
    if (isSame) return;
    await this.#objects.change(pods, keyOf(pod), (current) => this.#started(current));
  }

  #statusOf(container: Container, isJob: boolean): ContainerStatus {
    const { name, image = '', imagePullPolicy } = container;
    if (imagePullPolicy !== 'Never' || this.#hasImage(image)) return statusOf(container, isJob);
    const message = `Container image "${image}" is not present with pull policy of Never`;
    return {
      ...{ name, image, imageID: '', restartCount: 0, lastState: {}, ready: false, started: false },
      state: { waiting: { reason: 'ErrImageNeverPull', message } },
    };
  }

  #started(pod: Stored<Pod>): Stored<Pod> {
    const { containers = [], restartPolicy } = pod.spec ?? { containers: [] };
    const isJob = restartPolicy === 'Never' || restartPolicy === 'OnFailure';
    const statuses = containers.map((container) => this.#statusOf(container, isJob));
    const isReady = statuses.every(({ ready }) => ready);
    const isDone = statuses.every(({ state }) => state?.terminated);
    const podIP = pod.status?.podIP ?? `10.88.0.${(this.#addresses % 250) + 2}`;
    const condition = (type: string, isTrue: boolean): PodCondition => ({
      ...{ type, status: isTrue ? 'True' : 'False', lastTransitionTime: timestamp() },
      ...(isTrue || isDone ? {} : { reason: 'ContainersNotReady' }),
    });
    return {
      ...pod,
      status: {
        ...pod.status,
        phase: isDone ? 'Succeeded' : isReady ? 'Running' : 'Pending',
        conditions: [
          condition('PodScheduled', true),
          condition('Initialized', true),
          condition('ContainersReady', isReady),
          condition('Ready', isReady),
        ],
        ...{ containerStatuses: statuses, podIP, podIPs: [{ ip: podIP }], hostIP: '127.0.0.1' },
        startTime: pod.status?.startTime ?? timestamp(),
      },
    };
  }
}

function statusOf({ name, image = '' }: Container, isJob: boolean): ContainerStatus {
  const common = { name, image, imageID: '', restartCount: 0, lastState: {} };
  const now = timestamp();
  if (BROKEN.test(image)) {
    const message = `Back-off pulling image "${image}"`;
    const waiting = { reason: 'ImagePullBackOff', message };
    return { ...common, ready: false, started: false, state: { waiting } };
  }
  const containerID = `docker://${name}`;
  if (isJob) {
    const terminated = {
      ...{ exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now, containerID },
    };
    return { ...common, containerID, ready: false, started: false, state: { terminated } };
  }
  return {
    ...common,
    containerID,
    ready: true,
    started: true,
    state: { running: { startedAt: now } },
  };
}

/** The few commands that tests need. */
function runProgram(command: readonly string[], hasInput: boolean): ProcessStreams {
  const [name, ...words] = command;
  const stdin = new PassThrough();
  const ended = (stdout: string, code: number, stderr = ''): ProcessStreams => ({
    ...{ stdin, stdout: Readable.from([stdout]), stderr: Readable.from([stderr]) },
    ...{ resize: async () => {}, exited: Promise.resolve(code), close: () => stdin.destroy() },
  });
  if (name === 'echo') return ended(`${words.join(' ')}\n`, 0);
  const code = /^exit (\d+)$/.exec(words[1] ?? '')?.[1];
  if (name === 'sh' && code !== undefined) return ended('', Number(code));
  const isShell = name === 'sh' || name === '/bin/sh';
  if (name !== 'cat' && !isShell) return ended('', 127, `${name}: not found\n`);
  if (!hasInput) stdin.end();
  const stdout = stdin.pipe(new PassThrough());
  if (isShell) stdout.write('/ # ');
  const exited = new Promise<number>((resolve) => {
    stdin.once('end', () => resolve(0));
    stdin.once('close', () => resolve(0));
  });
  return {
    ...{ stdin, stdout, stderr: Readable.from([]), resize: async () => {}, exited },
    close: () => stdin.destroy(),
  };
}
