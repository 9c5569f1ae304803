import { Readable } from 'node:stream';
import { create } from '@bufbuild/protobuf';
import type { Progress } from '../../../build/build-event.ts';
import { BuildSteps } from '../../../build/steps/build-steps.ts';
import { StepCache } from '../../../build/steps/step-cache.ts';
import { stepKey } from '../../../build/steps/step-key.ts';
import type { Engine } from '../../../engine/engine.ts';
import { Registries } from '../../../engine/images/registries.ts';
import type { StoredImage } from '../../../engine/images/store/stored-image.ts';
import { openImages } from '../../../engine/images/testing/images-fixture.ts';
import { MemoryLayers } from '../../../store/testing/memory-layers.ts';
import { writeTar } from '../../../store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { SolveRequestSchema } from '../../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { Job } from '../../jobs/job.ts';
import type { ClientSession } from '../../session/client-session.ts';
import type { Sessions } from '../../session/sessions.ts';
import { RemoteCaches } from '../remote-caches.ts';

const { signal } = new AbortController();

/** A `--cache-from` or `--cache-to`. */
export interface Place {
  readonly Type: string;
  readonly Attrs: Record<string, string>;
}

export interface Built {
  /** The steps with `ran` or `CACHED`. */
  readonly steps: readonly string[];
  /** Diff IDs. */
  readonly layers: readonly string[];
  /** The names of the progress's steps, with their errors. */
  readonly progress: readonly string[];
  readonly response: Readonly<Record<string, string>>;
  /** The list of steps that the image has inside. */
  readonly inline: string | undefined;
}

/** An engine with its own store and an empty cache, whose builds have made-up steps. */
export async function openMachine(name: string, session?: ClientSession) {
  const directory = await temporaryDirectory();
  const layers = new MemoryLayers();
  const { images } = await openImages(directory.path, layers);
  const logged: string[] = [];
  const log = (message: string) => void logged.push(message);
  const steps = new BuildSteps(new StepCache(`${directory.path}/steps`, images, log));
  const noSession = { has: () => false } as unknown as ClientSession;
  const sessions = { find: async () => session ?? noSession } as unknown as Sessions;
  const registries = new Registries(images, []);
  const engine = {} as Engine;
  const remote = new RemoteCaches({ engine, images, registries, sessions, log });
  let count = 0;

  /** Builds a stage of steps above one layer of a base image. */
  async function build(
    wanted: readonly string[],
    from: readonly Place[] = [],
    to: readonly Place[] = [],
  ): Promise<Built> {
    const Cache = { Imports: [...from], Exports: [...to] };
    count += 1;
    const Ref = `build-${count}`;
    const job = new Job(create(SolveRequestSchema, { Ref, Session: 's', Cache }), signal);
    remote.check(job.request);
    const caches = remote.of(job);
    const shared = await caches.steps(steps, signal);
    using base = await images.addLayer(tar('base'));
    let chain = [base.diffId];
    let parent = stepKey('base');
    const said: string[] = [];
    for (const description of wanted) {
      const key = stepKey(parent, description);
      const events = shared.take(
        {
          ...{ key, parent, below: chain, description, useCache: true },
          // biome-ignore lint/correctness/useYield: says nothing
          run: async function* (): Progress<Awaited<ReturnType<typeof images.addLayer>>> {
            return images.addLayer(tar(`${description} on ${name}`));
          },
          handOver: () => {},
        },
        signal,
      );
      let isCached = false;
      for (;;) {
        const { done, value } = await events.next();
        if (!done) {
          isCached ||= value.kind === 'cached';
          continue;
        }
        if (value.layer !== null) chain = [...chain, value.layer];
        break;
      }
      said.push(`${description} ${isCached ? 'CACHED' : 'ran'}`);
      parent = key;
    }
    const image = { layers: chain } as unknown as StoredImage;
    const platform = { os: 'linux', architecture: 'amd64' };
    const platforms = [{ platform, image, attestations: [] }];
    const result = { job, platforms, isMap: false, epoch: undefined };
    const inline = caches.withInline(result).platforms[0]?.cache;
    const response = await caches.export(result);
    job.end();
    const progress = job.status.events.flatMap(({ vertexes = [] }) =>
      vertexes.flatMap(({ name: shown = '', completed, error }) =>
        completed === undefined ? [] : [error ? `${shown}: ${error}` : shown],
      ),
    );
    return { steps: said, layers: chain, progress, response, inline };
  }

  return {
    ...{ build, layers, logged },
    [Symbol.asyncDispose]: async () => {
      await steps.cache.written();
      await directory[Symbol.asyncDispose]();
    },
  };
}

function tar(content: string): Readable {
  return Readable.from([writeTar([{ name: 'file', content }])]);
}
