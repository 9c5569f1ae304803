import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { redacted } from '../../build/git/redacted.ts';
import {
  BuildResultInfoSchema,
  type Descriptor,
} from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { type GrpcError, toStatus } from '../grpc/status.ts';
import type { Job } from '../jobs/job.ts';
import type { HistoryRecord } from './history-files.ts';

/** What the history says of a build that runs. */
export function runningRecord(job: Job): HistoryRecord {
  const { Frontend, FrontendAttrs, Exporters } = job.request;
  return {
    ...{ Ref: job.ref, Exporters },
    Frontend: job.frontendAttributes === undefined ? Frontend : 'dockerfile.v0',
    FrontendAttrs: Object.fromEntries(
      Object.entries(job.frontendAttributes ?? FrontendAttrs).map(([name, value]) => [
        name,
        // The app builds again with the same arguments.
        name.startsWith('build-arg:') ? value : redacted(withoutKeys(name, value)),
      ]),
    ),
    CreatedAt: beginOf(job),
  };
}

/** Builds that begin in the same millisecond keep their order: the nanoseconds below it count the jobs. */
function beginOf({ startedAt, number }: Job) {
  const begin = timestampFromDate(startedAt);
  begin.nanos += number % 1_000_000;
  return begin;
}

/** Clients write keys and tokens of caches into the list of caches, which is JSON. */
function withoutKeys(name: string, value: string): string {
  if (name !== 'cache-imports') return value;
  const isSecret = (key: string) => /key|token|secret|password/i.test(key);
  try {
    return JSON.stringify(
      JSON.parse(value, (key, inner: unknown) => (isSecret(key) ? 'xxxxx' : inner)),
    );
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The build fails with such a list.
    return 'xxxxx';
  }
}

/** What the history says of a build that has ended. */
export function pastRecord(
  job: Job,
  response: Readonly<Record<string, string>>,
  error: GrpcError | undefined,
): HistoryRecord {
  return {
    ...runningRecord(job),
    ExporterResponse: { ...response },
    ...(error === undefined ? {} : { error: toStatus(error) }),
    CompletedAt: timestampFromDate(new Date()),
    ...job.stepCounts,
    numWarnings: job.status.warnings,
    ...resultInfos(job),
  };
}

/** What is known of the results: of all together, and of each platform if there are several. */
function resultInfos({ documents: { attestations, outputs } }: Job) {
  const [ResultDeprecated] = outputs.values();
  const all = ResultDeprecated && { ResultDeprecated, Results: Object.fromEntries(outputs) };
  const [only, ...others] = attestations.values();
  if (only === undefined && all === undefined) return {};
  const isOne = others.length === 0;
  return {
    Result: create(BuildResultInfoSchema, {
      ...all,
      ...(isOne && only !== undefined ? { Attestations: only } : {}),
    }),
    ...(isOne ? {} : { Results: Object.fromEntries([...attestations].map(infoOf)) }),
  };
}

function infoOf([platform, Attestations]: readonly [string, Descriptor[]]) {
  return [platform, create(BuildResultInfoSchema, { Attestations })] as const;
}
