import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import * as z from 'zod';
import { openScratch } from '../../build/scratch.ts';
import { openImageTree } from '../../engine/images/image-tree.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { EngineError } from '../../errors.ts';
import { parseDocument } from '../../registry/manifest.ts';
import { nativePlatform } from '../../registry/platform.ts';
import { checkOptions } from '../checks/check-options.ts';
import { Report } from '../checks/report.ts';
import type { Attestation } from '../export/statement.ts';
import { buildPlatform } from '../frontend/build-platform.ts';
import { BuildResources } from '../frontend/build-resources.ts';
import type { BuildSources } from '../frontend/build-sources.ts';
import type { BuilderParts } from '../frontend/builder-parts.ts';
import { parseDefinition } from '../frontend/parsed-definition.ts';
import { readFrontendRequest } from '../frontend/request.ts';
import { resultDefinition } from '../frontend/result-definition.ts';
import { presentDirectory } from '../frontend/tree-source.ts';
import { DefinitionSchema } from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';
import { GrpcError } from '../grpc/status.ts';
import type { Job, Result } from '../jobs/job.ts';
import type { SbomRequest } from './attest-request.ts';
import { scanSteps } from './scan-steps.ts';

/** Where a scanner finds the files, and where it writes what it found (as in BuildKit). */
const SOURCE = '/run/src/core/sbom';
const DESTINATION = '/run/out/';
const SPDX = 'https://spdx.dev/Document';

/** The name under which the scanner's steps find the files. */
const CONTEXT = 'sbom-source';

/** Lists the contents of a result, with the image of a scanner. */
export async function sbom(
  parts: BuilderParts,
  job: Job,
  result: Result,
  { generator, settings }: SbomRequest,
): Promise<{ readonly statements: Attestation[]; readonly scanner: StoredImage | undefined }> {
  const scratch = await openScratch(parts.engine);
  const resources = new BuildResources(parts.engine.log);
  resources.defer(async () => scratch[Symbol.asyncDispose]());
  const shown = scanSteps(job, generator, result.platform ?? nativePlatform());
  const own = { scratch: scratch.path, resources, shown };
  try {
    const build = (lines: readonly string[]) => buildLines(parts, job, result, own, lines);
    const scanner = await build([`FROM ${generator}`]).catch(withoutPlace);
    const scanned = await build(scannerLines(generator, scanner, settings));
    await using tree = await openImageTree(parts.engine, scanned?.layers ?? [], scratch.path);
    return { statements: await readStatements(tree.root), scanner };
  } finally {
    await resources.close();
  }
}

/** Nobody wrote the line of the Dockerfile that finds the scanner. */
function withoutPlace(error: unknown): never {
  if (!(error instanceof GrpcError)) throw error;
  const message = error.message.replace(/^\S+: (?=failed to resolve)/, '');
  throw new GrpcError(error.code, message, { cause: error });
}

/** A Dockerfile that runs the scanner's own command and keeps what it wrote. */
function scannerLines(
  generator: string,
  scanner: StoredImage | undefined,
  settings: Readonly<Record<string, string>>,
): string[] {
  const { Entrypoint = [], Cmd = [], WorkingDir = '/' } = scanner?.config ?? {};
  const command = [...Entrypoint, ...Cmd];
  if (command.length === 0) {
    throw new EngineError('invalid', `scanner ${generator} does not have cmd`);
  }
  const environment = {
    BUILDKIT_SCAN_DESTINATION: DESTINATION,
    BUILDKIT_SCAN_SOURCE: SOURCE,
    ...Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [`BUILDKIT_SCAN_${name}`, value]),
    ),
  };
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${quoted(value)}`);
  return [
    `FROM ${generator} AS scan`,
    `WORKDIR ${DESTINATION}`,
    `WORKDIR ${WorkingDir || '/'}`,
    `ENV ${variables.join(' ')}`,
    `RUN --mount=type=bind,from=${CONTEXT},target=${SOURCE} --mount=type=tmpfs,target=/tmp ${JSON.stringify(command)}`,
    'FROM scratch',
    `COPY --from=scan ${DESTINATION} /`,
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** Nobody wrote the scanner's steps, so nobody wants warnings about them. */
const quiet = new Report(checkOptions('', 'skip=all'), () => {});

async function buildLines(
  parts: BuilderParts,
  job: Job,
  { id }: Pick<Result, 'id'>,
  own: Pick<BuildSources, 'scratch' | 'resources' | 'shown'>,
  lines: readonly string[],
): Promise<StoredImage | undefined> {
  const text = `${lines.join('\n')}\n`;
  const definition = { filename: 'sbom', text, ignore: '', vertex: '' };
  // A remote context isn't asked for a `.dockerignore`. The scanner takes no files from it.
  const request = { ...readFrontendRequest({}), context: 'none' };
  const namedContexts = new Map([[CONTEXT, `input:${CONTEXT}`]]);
  const inputs = { [CONTEXT]: create(DefinitionSchema, resultDefinition(id)) };
  const nothing = presentDirectory(own.scratch);
  const sources: BuildSources = {
    ...{ dockerfile: nothing, context: nothing, directory: async () => nothing },
    ...{ ...own, inputs },
  };
  const parsed = await parseDefinition(definition, job, quiet);
  const wanted = { ...request, namedContexts };
  return buildPlatform(parts, job, wanted, parsed, sources, undefined, job.signal);
}

const statementSchema = z.looseObject({
  _type: z.literal('https://in-toto.io/Statement/v0.1'),
  predicateType: z.string(),
  predicate: z.unknown(),
  subject: z
    .array(z.looseObject({ name: z.string(), digest: z.record(z.string(), z.string()) }))
    .exactOptional(),
});

/** The statements that a scanner wrote: each file is one. */
async function readStatements(root: string): Promise<Attestation[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return Promise.all(
    files.sort().map(async (filename) => {
      const bytes = await readFile(join(root, filename));
      const {
        predicateType,
        predicate,
        subject = [],
      } = parseDocument(`in-toto statement ${filename}`, bytes, statementSchema);
      if (predicateType !== SPDX) {
        throw new EngineError(
          'invalid',
          `bundle entry ${predicateType} does not match required predicate type ${SPDX}`,
        );
      }
      return {
        ...{ predicateType, predicate, filename, isInlineOnly: false },
        ...(subject.length > 0 ? { subjects: subject } : {}),
      };
    }),
  );
}
