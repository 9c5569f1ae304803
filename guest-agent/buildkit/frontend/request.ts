import type { BuildOptions } from '../../build/options.ts';
import { hostConfigSchema } from '../../engine/containers/request/config.ts';
import { EngineError } from '../../errors.ts';
import { ociPlatform, type Platform, parsePlatform, platformId } from '../../registry/platform.ts';
import { type Attributes, booleanAttribute } from '../export/attributes.ts';

/** What a client asks of the Dockerfile frontend, apart from the exporters. */
export interface FrontendRequest {
  /** The Dockerfile's path. */
  readonly filename: string;
  /** The stage to build. Empty means the last. */
  readonly target: string;
  readonly buildArgs: BuildOptions['buildArgs'];
  readonly labels: BuildOptions['labels'];
  /** The platforms to build for. Empty: the VM's own. */
  readonly platforms: readonly Platform[];
  /** Whether the client expects one result for each platform, even for one. */
  readonly isMap: boolean;
  /** The stages that must not use the cache. */
  readonly withoutCache: 'none' | 'all' | readonly string[];
  readonly alwaysPull: boolean;
  readonly hostConfig: BuildOptions['hostConfig'];
  /** A git or HTTP address. Empty if the client has the context. */
  readonly context: string;
  /** Whether the client has the Dockerfile although the context is elsewhere. */
  readonly hasDockerfile: boolean;
  /** The client's names of the directories with the Dockerfile and with the context. */
  readonly dockerfileDirectory: string;
  readonly contextDirectory: string;
  /** Sessions for these directories, if not the build's own. */
  readonly sessions: ReadonlyMap<string, string>;
  /** `--build-context`, by lower-case name. */
  readonly namedContexts: ReadonlyMap<string, string>;
  /** A question about the Dockerfile instead of a build, such as `frontend.outline`. */
  readonly question: string;
}

/** Reads the frontend's attributes. Throws EngineError 'invalid'. */
export function readFrontendRequest(attributes: Attributes): FrontendRequest {
  const value = (name: string) => attributes[name] ?? '';
  const platforms = value('platform')
    .split(',')
    .filter(Boolean)
    .map(parsePlatform)
    .map(ociPlatform);
  return {
    filename: value('filename') || 'Dockerfile',
    target: value('target'),
    buildArgs: withPrefix(attributes, 'build-arg:'),
    labels: withPrefix(attributes, 'label:'),
    platforms: distinct(platforms),
    isMap: distinct(platforms).length > 1 || booleanAttribute(attributes, 'multi-platform', false),
    withoutCache: stagesWithoutCache(attributes['no-cache']),
    alwaysPull: value('image-resolve-mode') === 'pull',
    hostConfig: hostConfig(value),
    context: value('context'),
    hasDockerfile: value('dockerfilekey') !== '',
    dockerfileDirectory: value('dockerfilekey') || 'dockerfile',
    contextDirectory: value('contextkey') || 'context',
    sessions: new Map(Object.entries(withPrefix(attributes, 'local-sessionid:'))),
    namedContexts: new Map(
      Object.entries(withPrefix(attributes, 'context:')).map(([name, at]) => [
        name.toLowerCase(),
        at,
      ]),
    ),
    question: value('requestid'),
  };
}

function distinct(platforms: readonly Platform[]): Platform[] {
  return [...new Map(platforms.map((platform) => [platformId(platform), platform])).values()];
}

function withPrefix(attributes: Attributes, prefix: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

function stagesWithoutCache(text: string | undefined): FrontendRequest['withoutCache'] {
  if (text === undefined) return 'none';
  return text === '' ? 'all' : text.split(',').map((name) => name.trim().toLowerCase());
}

/** Settings for the containers of `RUN`s. */
function hostConfig(value: (name: string) => string): BuildOptions['hostConfig'] {
  return hostConfigSchema.parse({
    NetworkMode: value('force-network-mode'),
    ShmSize: wholeNumber('shm-size', value('shm-size')),
    Ulimits: value('ulimit').split(',').filter(Boolean).map(readUlimit),
    CgroupParent: value('cgroup-parent'),
    ExtraHosts: value('add-hosts')
      .split(',')
      .filter(Boolean)
      .map((entry) => entry.replace('=', ':')),
  });
}

/** `nofile=10:20` */
function readUlimit(text: string) {
  const [, Name = '', soft = '', hard = soft] = /^(\w+)=(-?\d+)(?::(-?\d+))?$/.exec(text) ?? [];
  if (Name === '') throw new EngineError('invalid', `invalid ulimit: ${text}`);
  return { Name, Soft: Number(soft), Hard: Number(hard) };
}

function wholeNumber(name: string, text: string): number {
  if (text === '') return 0;
  if (!/^\d+$/.test(text)) throw new EngineError('invalid', `invalid value for ${name}: ${text}`);
  return Number(text);
}
