import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { manifestSchema } from '../../vm-image/manifest.ts';
import { readNodeDigests } from '../node-digests.ts';
import { shippedPackages } from '../package/shipped-packages.ts';
import { guestOf, nameOf, nodePackageOf, type PackageTarget } from '../package/targets.ts';

const repository = join(import.meta.dirname, '../..');

/** A part of a release in CycloneDX's words. */
export interface Component {
  readonly type: 'application' | 'library' | 'operating-system' | 'platform';
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly 'bom-ref': string;
  readonly licenses?: readonly { readonly expression: string }[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/** Everything that a package contains, as a CycloneDX 1.6 document. */
export interface Sbom {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: {
    readonly component: Component;
    readonly tools: { readonly components: readonly Component[] };
  };
  readonly components: readonly Component[];
}

export interface SbomSources {
  /** With `vm/` and `hypervisors/`. */
  readonly dist?: string;
  readonly electronVersion?: string;
}

/**
 * Lists the app's npm packages, Electron, Node, the Debian and npm packages in the VM's image, and the
 * hypervisor. The same inputs give the same document.
 */
export async function sbomOf(target: PackageTarget, sources: SbomSources = {}): Promise<Sbom> {
  const { dist = join(repository, 'dist') } = sources;
  const { version } = await readJson(join(repository, 'package.json'), aboutSchema);
  const electron = sources.electronVersion ?? (await installedElectron());
  const components = [
    ...(await shippedPackages()).map(npmComponent),
    component('platform', 'electron', electron, `pkg:npm/electron@${electron}`),
    await nodeComponent(target),
    ...(await imageComponents(target, dist)),
    ...(await hypervisorComponents(target, dist)),
  ];
  const unique = [...new Map(components.map((each) => [each['bom-ref'], each])).values()];
  const about = component('application', 'berth', version, `pkg:generic/berth@${version}`);
  const digest = createHash('sha256').update(JSON.stringify([nameOf(target), about, unique]));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidFrom(digest.digest('hex'))}`,
    version: 1,
    metadata: {
      component: { ...about, properties: [{ name: 'berth:target', value: nameOf(target) }] },
      tools: { components: [component('application', 'berth-release', version)] },
    },
    components: unique,
  };
}

const aboutSchema = z.object({ version: z.string() });

function component(
  type: Component['type'],
  name: string,
  version: string,
  purl?: string,
  rest: Partial<Component> = {},
): Component {
  const reference = purl ?? `${name}@${version}`;
  return { type, name, version, ...(purl && { purl }), 'bom-ref': reference, ...rest };
}

function npmComponent(found: {
  readonly name: string;
  readonly version: string;
  readonly license?: string | undefined;
  readonly integrity?: string | undefined;
}): Component {
  const { name, version, license, integrity } = found;
  const [, algorithm, content] = /^sha(512|256)-(.+)$/.exec(integrity ?? '') ?? [];
  return component('library', name, version, npmPurl(name, version), {
    ...(license && { licenses: [{ expression: license }] }),
    ...(algorithm &&
      content && {
        hashes: [
          { alg: `SHA-${algorithm}`, content: Buffer.from(content, 'base64').toString('hex') },
        ],
      }),
  });
}

const npmPurl = (name: string, version: string) =>
  `pkg:npm/${name.replace(/^@/, '%40')}@${encodeURIComponent(version)}`;

async function nodeComponent(target: PackageTarget): Promise<Component> {
  const found = (await readNodeDigests())[nodePackageOf(target)];
  if (!found) throw new Error(`build/node-digests.json doesn't list ${nodePackageOf(target)}`);
  const { version, sha256 } = found;
  return component('platform', 'node', version, `pkg:generic/node@${version}`, {
    hashes: [{ alg: 'SHA-256', content: sha256 }],
  });
}

async function imageComponents(target: PackageTarget, dist: string): Promise<Component[]> {
  const path = join(dist, 'vm', guestOf(target), 'manifest.json');
  const { debianPackages, npmPackages, kernelVersion } = await readJson(path, manifestSchema);
  return [
    component('operating-system', 'linux', kernelVersion, `pkg:generic/linux@${kernelVersion}`),
    ...debianPackages.map(({ name, version, arch }) =>
      component(
        'library',
        name,
        version,
        `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${arch}`,
      ),
    ),
    ...npmPackages.map(npmComponent),
  ];
}

/** What `npm run hypervisors` gathered. */
const gatheredSchema = z.object({
  parts: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      url: z.string(),
      digest: z.string(),
      license: z.string(),
    }),
  ),
});

async function hypervisorComponents(target: PackageTarget, dist: string): Promise<Component[]> {
  const path = join(dist, 'hypervisors', nameOf(target), 'gathered.json');
  if (!existsSync(path)) return [];
  const { parts } = await readJson(path, gatheredSchema);
  return parts.map(({ name, version, url, digest, license }) =>
    component(
      'application',
      name,
      version,
      `pkg:generic/${name}@${encodeURIComponent(version)}?download_url=${encodeURIComponent(url)}`,
      {
        licenses: [{ expression: license }],
        hashes: [
          { alg: digest.startsWith('sha512') ? 'SHA-512' : 'SHA-256', content: digest.slice(7) },
        ],
      },
    ),
  );
}

async function installedElectron(): Promise<string> {
  const path = join(repository, 'node_modules/electron/package.json');
  return (await readJson(path, aboutSchema)).version;
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`The SBOM needs ${path}, which can't be read`, { cause });
  });
  return schema.parse(JSON.parse(text));
}

/** A UUID of version 8, which carries a digest. */
function uuidFrom(hex: string): string {
  const [a, b, c, d] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16), hex.slice(17, 20)];
  return `${a}-${b}-8${c}-a${d}-${hex.slice(20, 32)}`;
}
