import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CONTAINER } from '../build/leftovers.ts';
import type { StepCache } from '../build/steps/step-cache.ts';
import type { EngineAuditLine } from '../contract/endpoints/audit.ts';
import type { Engine } from '../engine/engine.ts';
import type { Images } from '../engine/images/images.ts';
import { ifMissing } from '../errors.ts';
import { examineBuilds } from './builds.ts';
import { examineContainers } from './containers.ts';
import type { Examined, Finding } from './finding.ts';
import { examineImages } from './images.ts';
import { examineKubernetes } from './kubernetes.ts';
import { examineLayerContents, examineLayerFiles } from './layers.ts';
import { examineNetworks } from './networks.ts';
import { observe } from './reality.ts';
import { examineVolumes } from './volumes.ts';

/** The parts that are compared with each other. */
export interface Audited {
  readonly engine: Engine;
  readonly images: Images;
  readonly steps: StepCache;
  /** Whether requests run that may own temporary files. */
  readonly isBusy: () => boolean;
}

type Topic = Extract<EngineAuditLine, { readonly Topic: unknown }>['Topic'];

/** Milliseconds between two looks. What both of them see isn't a change under way. */
const APART = 500;
/** How often to look. Something that changes each time belongs to an operation. */
const LOOKS = 4;

/**
 * Compares records, files and the kernel's state with each other. Changes nothing. The engine keeps
 * working meanwhile, so only what several looks find is a finding.
 */
export async function* audit(
  audited: Audited,
  signal: AbortSignal,
): AsyncGenerator<EngineAuditLine, void, undefined> {
  const started = Date.now() - process.uptime() * 1000;
  const isTemporary = async (path: string) => {
    if (!audited.isBusy()) return false;
    const stats = await stat(path).catch(ifMissing(undefined));
    return stats === undefined || stats.ctimeMs > started;
  };
  let topics = await look(audited, isTemporary);
  for (let count = 1; count < LOOKS && hasFindings(topics); count++) {
    await delay(APART, undefined, { signal });
    topics = inBoth(topics, await look(audited, isTemporary));
  }
  topics.get('layers')?.findings.push(...(await examineLayerContents(audited.engine, signal)));
  for (const [topic, { checked, findings }] of topics) {
    for (const { kind, about, message, hint } of findings) {
      const finding = { Kind: kind, About: about, Message: message, Hint: hint };
      yield { Finding: { Topic: topic, ...finding } };
    }
    yield { Topic: topic, Checked: checked };
  }
}

type Topics = ReadonlyMap<Topic, Found>;

interface Found {
  readonly checked: number;
  readonly findings: Finding[];
}

async function look(
  { engine, images, steps }: Audited,
  isTemporary: (path: string) => Promise<boolean>,
): Promise<Topics> {
  const { directories } = engine;
  const reality = await observe(engine, CONTAINER);
  const examined: Record<Topic, Promise<Examined>> = {
    containers: examineContainers(engine, reality),
    networks: examineNetworks(engine, reality),
    volumes: examineVolumes(engine, reality),
    images: examineImages(images, directories.data, isTemporary),
    layers: examineLayerFiles(engine, reality, isTemporary),
    builds: examineBuilds(engine, steps, isTemporary),
    kubernetes: examineKubernetes(engine),
  };
  const topics = Object.entries(examined) as [Topic, Promise<Examined>][];
  return new Map(
    await Promise.all(
      topics.map(async ([topic, result]): Promise<[Topic, Found]> => {
        const { checked, findings } = await result;
        return [topic, { checked, findings: [...findings] }];
      }),
    ),
  );
}

const hasFindings = (topics: Topics) =>
  [...topics.values()].some(({ findings }) => findings.length > 0);

/** The findings of the second look that the first has too. */
function inBoth(before: Topics, after: Topics): Topics {
  return new Map(
    [...after].map(([topic, { checked, findings }]) => {
      const seen = new Set(before.get(topic)?.findings.map(({ message }) => message));
      return [topic, { checked, findings: findings.filter(({ message }) => seen.has(message)) }];
    }),
  );
}
