import { redacted } from '../../build/git/redacted.ts';
import type { ImageStore } from '../../engine/images/store/image-store.ts';
import { isReference } from '../../grammar/reference.ts';
import { nativePlatform, type Platform, platformId } from '../../registry/platform.ts';
import { parseReference, sameRepository, withDefaultTag } from '../../registry/reference.ts';
import type { Attributes } from '../export/attributes.ts';
import { type Attestation, digestSet, packageUrl } from '../export/statement.ts';
import { fullName } from '../frontend/build-progress.ts';
import type { ImageMaterial, Materials } from '../jobs/materials.ts';
import type { ProvenanceRequest } from './attest-request.ts';

/** What the provenance of a build says. */
export interface BuildFacts {
  /** The client's name of the build. */
  readonly ref: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly attributes: Attributes;
  readonly materials: Materials;
}

/** BuildKit's name of its metadata, in version 0.2 of SLSA's form. */
const METADATA = 'https://mobyproject.org/buildkit@v1#metadata';

/** How a platform's image was built, as BuildKit tells it (SLSA provenance, v0.2 and v1). */
export function provenance(
  store: ImageStore,
  facts: BuildFacts,
  platform: Platform,
  request: ProvenanceRequest,
): Attestation {
  const { version, filename, isInlineOnly } = request;
  return {
    predicateType: `https://slsa.dev/provenance/${version}`,
    predicate: (version === 'v1' ? inVersion1 : inVersion02)(
      collect(store, facts, platform, request),
    ),
    ...{ filename, isInlineOnly },
  };
}

type Collected = ReturnType<typeof collect>;

function collect(
  store: ImageStore,
  { ref, startedAt, finishedAt, attributes, materials }: BuildFacts,
  platform: Platform,
  { mode, isReproducible, builderId }: ProvenanceRequest,
) {
  const isMax = mode === 'max';
  const contextKey = attributes.contextkey || 'context';
  const all = Object.entries(attributes).filter(([name, value]) => isArgument(name, value));
  const isPrivate = (name: string) => /^(build-arg|label):/.test(name);
  const args = all
    .filter(([name]) => name !== contextKey && name !== 'filename' && (isMax || !isPrivate(name)))
    .map(([name, value]) => [name, redacted(value)]);
  const vcs = Object.entries(attributes).flatMap(([name, value]) =>
    name.startsWith('vcs:') && value !== '' ? [[name.slice('vcs:'.length), redacted(value)]] : [],
  );
  const context = attributes[contextKey] ?? '';
  const isLocal = context === '' || /^https?:\/\/buildkit-session\//.test(context);
  const { dockerfile } = materials;
  // As in BuildKit, by name.
  const byName = materials.images.sort((a, b) => (fullName(a.name) < fullName(b.name) ? -1 : 1));
  const sources = byName.filter(({ of }) => of === undefined || same(of, platform));
  return {
    ...{ ref, builderId, isReproducible },
    ...{ started: startedAt.toISOString(), finished: finishedAt.toISOString() },
    materials: sources.flatMap((image) => imageMaterial(store, image) ?? []),
    source: {
      uri: isLocal ? '' : redacted(context),
      entryPoint: attributes.filename || 'Dockerfile',
    },
    request: {
      frontend: 'dockerfile.v0',
      ...(args.length > 0 ? { args: Object.fromEntries(args.sort()) } : {}),
      ...(isMax ? optional(materials) : {}),
      ...(isLocal ? { locals: [{ name: 'context' }, { name: 'dockerfile' }] } : {}),
    },
    hasAllParameters: isMax || !all.some(([name]) => isPrivate(name)),
    hasAllMaterials: !isLocal,
    metadata: {
      ...(vcs.length > 0 ? { vcs: Object.fromEntries(vcs) } : {}),
      ...(isMax && dockerfile !== undefined ? { source: dockerfileSource(dockerfile) } : {}),
    },
  };
}

function same(a: Platform, b: Platform): boolean {
  return platformId(a) === platformId(b);
}

/** Whether an attribute says how to build, and not where. */
function isArgument(name: string, value: string): boolean {
  const ofHost = ['cgroup-parent', 'image-resolve-mode', 'platform', 'cache-imports'];
  const isOurs = /^(attest|vcs|local-sessionid|input-metadata):|^frontend\.caps$|^multi-platform$/;
  return value !== '' && !ofHost.includes(name) && !isOurs.test(name);
}

function optional({ secrets, agents }: Materials) {
  const all = (ids: readonly string[]) => ids.map((id) => ({ id, optional: true }));
  return {
    ...(secrets.length > 0 ? { secrets: all(secrets) } : {}),
    ...(agents.length > 0 ? { ssh: all(agents) } : {}),
  };
}

function dockerfileSource({ filename, text }: NonNullable<Materials['dockerfile']>) {
  const data = Buffer.from(text).toString('base64');
  return { infos: [{ filename, language: 'Dockerfile', data }] };
}

/** The name and the digest of an image in its registry. Undefined for an image without a name. */
function imageMaterial(store: ImageStore, { name, image, isScanner }: ImageMaterial) {
  if (!isReference(name)) return undefined;
  const reference = withDefaultTag(parseReference(name));
  const known = store
    .namesOf(image.id)
    .find((each) => each.digest !== undefined && sameRepository(each, reference));
  const digest = reference.digest ?? known?.digest ?? image.record.manifest.digest;
  const platform = isScanner ? undefined : image;
  return { uri: packageUrl(reference, platform), digest: digestSet(digest) };
}

function inVersion02(facts: Collected): object {
  return {
    builder: { id: facts.builderId },
    buildType: 'https://mobyproject.org/buildkit@v1',
    ...(facts.materials.length > 0 ? { materials: facts.materials } : {}),
    invocation: {
      configSource: {
        ...(facts.source.uri === '' ? {} : { uri: facts.source.uri }),
        entryPoint: facts.source.entryPoint,
      },
      parameters: facts.request,
      environment: { platform: platformId(nativePlatform()) },
    },
    metadata: {
      buildInvocationID: facts.ref,
      ...{ buildStartedOn: facts.started, buildFinishedOn: facts.finished },
      completeness: {
        ...{ parameters: facts.hasAllParameters, environment: true },
        materials: facts.hasAllMaterials,
      },
      reproducible: facts.isReproducible,
      [METADATA]: facts.metadata,
    },
  };
}

function inVersion1(facts: Collected): object {
  return {
    buildDefinition: {
      buildType:
        'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
      ...(facts.materials.length > 0 ? { resolvedDependencies: facts.materials } : {}),
      externalParameters: {
        configSource: {
          ...(facts.source.uri === '' ? {} : { uri: facts.source.uri }),
          path: facts.source.entryPoint,
        },
        request: facts.request,
      },
      internalParameters: { builderPlatform: platformId(nativePlatform()) },
    },
    runDetails: {
      builder: { id: facts.builderId },
      metadata: {
        invocationId: facts.ref,
        ...{ startedOn: facts.started, finishedOn: facts.finished },
        buildkit_metadata: facts.metadata,
        buildkit_completeness: {
          request: facts.hasAllParameters,
          resolvedDependencies: facts.hasAllMaterials,
        },
        ...(facts.isReproducible ? { buildkit_reproducible: true } : {}),
      },
    },
  };
}
