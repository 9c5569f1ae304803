import type { EngineAuditLine } from '../../../guest-agent/contract/endpoints/audit.ts';
import { auditEngine } from '../engine/audit.ts';
import type { CheckContext, CheckStatus } from './check.ts';
import { type Diagnosis, failureOf } from './doctor.ts';

/** Milliseconds to read all image layers from a slow disk. */
const PATIENCE = 30 * 60_000;

type Topic = Extract<EngineAuditLine, { readonly Topic: unknown }>['Topic'];

/** What the engine counts, with the words for one and for several. */
const counted: Readonly<Record<Topic, readonly [one: string, several: string]>> = {
  containers: ['container', 'containers'],
  networks: ['network', 'networks'],
  volumes: ['volume', 'volumes'],
  images: ['image', 'images'],
  layers: ['image layer', 'image layers'],
  builds: ['cached build step', 'cached build steps'],
  kubernetes: ['line of the Kubernetes journal', 'lines of the Kubernetes journal'],
};

/** A leftover costs space or a name. Anything else can cost data or a start. */
const statuses = {
  ...{ lost: 'fail', damaged: 'fail', mismatch: 'fail', orphan: 'warn' },
} as const satisfies Record<string, CheckStatus>;

/**
 * The thorough checks of `berth doctor --deep`: whether everything in the VM matches its records. One
 * diagnosis for each problem, and one for each topic without problems.
 */
export async function examineDeep({
  machine,
  engine,
}: Pick<CheckContext['host'], 'machine' | 'engine'>): Promise<Diagnosis[]> {
  const name = 'deep check';
  const { state } = await machine.status();
  if (state !== 'running') return [{ name, status: 'skipped', message: `the VM isn't running` }];
  const diagnoses: Diagnosis[] = [];
  const affected = new Set<Topic>();
  try {
    for await (const line of auditEngine(engine, AbortSignal.timeout(PATIENCE))) {
      if ('Finding' in line) {
        const { Topic, Kind, Message, Hint } = line.Finding;
        affected.add(Topic);
        diagnoses.push({ name: Topic, status: statuses[Kind], message: Message, hint: Hint });
      } else if (!affected.has(line.Topic)) {
        const [one, several] = counted[line.Topic];
        const what = line.Checked === 1 ? one : several;
        diagnoses.push({
          name: line.Topic,
          status: 'ok',
          message: `${line.Checked} ${what} checked`,
        });
      }
    }
  } catch (error) {
    diagnoses.push({ name, ...failureOf(error) });
  }
  return diagnoses;
}
