import { readFile } from 'node:fs/promises';
import { arch, cpus, hostname, release, totalmem } from 'node:os';
import { Readable } from 'node:stream';
import type { GuestConfig } from '../../contract/config.ts';
import { isActive } from '../../engine/containers/record/container.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Images } from '../../engine/images/images.ts';
import { isOtherPlatform } from '../../engine/images/store/filters.ts';
import { ifMissing } from '../../errors.ts';
import { version } from '../../version.ts';
import { apiVersion, isBefore, minimumApiVersion } from '../api-version.ts';
import { empty, json, type Route } from '../route.ts';

/** Node's names of CPU architectures, with the names in OCI and `uname -m`. */
const architectures: Record<string, { oci: string; machine: string }> = {
  x64: { oci: 'amd64', machine: 'x86_64' },
  arm64: { oci: 'arm64', machine: 'aarch64' },
};

const { oci, machine } = architectures[arch()] ?? { oci: arch(), machine: arch() };

const pingHeaders = {
  'Builder-Version': '2',
  'Cache-Control': 'no-cache, no-store, must-revalidate',
  Pragma: 'no-cache',
  Swarm: 'inactive',
};

/** Information about the engine and its state. */
export function systemRoutes(
  engine: Engine,
  images: Images,
  config: Pick<GuestConfig, 'registries' | 'proxy'>,
): Route[] {
  return [
    {
      method: 'GET',
      path: '/_ping',
      // The host asks every few seconds. These requests must not keep an idle VM awake.
      looksOn: 'when-said',
      handle: async () => ({
        kind: 'stream',
        contentType: 'text/plain; charset=utf-8',
        body: Readable.from(['OK']),
        headers: pingHeaders,
      }),
    },
    {
      method: 'HEAD',
      path: '/_ping',
      handle: async () => ({
        ...empty(200),
        headers: { 'Content-Type': 'text/plain; charset=utf-8', ...pingHeaders },
      }),
    },
    { method: 'GET', path: '/version', handle: async () => json(versionDocument()) },
    {
      method: 'GET',
      path: '/info',
      handle: async ({ version: asked }) => json(await info(engine, images, config, asked)),
    },
  ];
}

function versionDocument() {
  return {
    Platform: { Name: 'Berth' },
    Components: [
      {
        Name: 'Engine',
        Version: version,
        Details: {
          ApiVersion: apiVersion,
          MinAPIVersion: minimumApiVersion,
          Os: 'linux',
          Arch: oci,
          KernelVersion: release(),
          Experimental: 'false',
        },
      },
    ],
    Version: version,
    ApiVersion: apiVersion,
    MinAPIVersion: minimumApiVersion,
    GitCommit: '',
    GoVersion: '',
    Os: 'linux',
    Arch: oci,
    KernelVersion: release(),
    BuildTime: '',
  };
}

async function info(
  engine: Engine,
  images: Images,
  { registries, proxy }: Pick<GuestConfig, 'registries' | 'proxy'>,
  asked: string,
) {
  // In the form in which Docker writes addresses.
  const mirrors = registries.mirrors.map((mirror) => mirror.replace(/(?<!\/)\/*$/, '/'));
  const containers = engine.containers.all().map(({ record }) => record);
  const warnings = engine.damage.messages();
  const count = (status: string) =>
    containers.filter(({ state }) => state.status === status).length;
  return {
    ID: engine.bootId,
    Containers: containers.length,
    ContainersRunning: count('running'),
    ContainersPaused: count('paused'),
    ContainersStopped: containers.filter((record) => !isActive(record)).length,
    Images: images.store.list().filter((image) => !isOtherPlatform(images.store, image)).length,
    Driver: 'overlayfs',
    DriverStatus: [['Layers', 'EROFS']],
    Plugins: {
      Volume: ['local'],
      Network: ['bridge', 'host', 'null'],
      Authorization: null,
      Log: ['json-file', 'local'],
    },
    MemoryLimit: true,
    SwapLimit: true,
    ...(isBefore(asked, '1.52') && { KernelMemoryTCP: false }),
    CpuCfsPeriod: true,
    CpuCfsQuota: true,
    CPUShares: true,
    CPUSet: true,
    PidsLimit: true,
    IPv4Forwarding: true,
    Debug: false,
    NFd: 0,
    OomKillDisable: false,
    NGoroutines: 0,
    SystemTime: new Date().toISOString(),
    LoggingDriver: 'json-file',
    CgroupDriver: 'cgroupfs',
    CgroupVersion: '2',
    NEventsListener: 0,
    KernelVersion: release(),
    OperatingSystem: await operatingSystem(),
    OSVersion: '',
    OSType: 'linux',
    Architecture: machine,
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: {
      InsecureRegistryCIDRs: ['127.0.0.0/8', '::1/128'],
      IndexConfigs: {
        'docker.io': { Name: 'docker.io', Mirrors: mirrors, Secure: true, Official: true },
        ...Object.fromEntries(
          registries.insecure.map((name) => [
            name,
            { Name: name, Mirrors: [], Secure: false, Official: false },
          ]),
        ),
      },
      Mirrors: mirrors.length > 0 ? mirrors : null,
    },
    NCPU: cpus().length,
    MemTotal: totalmem(),
    GenericResources: null,
    DockerRootDir: engine.directories.data,
    HttpProxy: masked(proxy.http),
    HttpsProxy: masked(proxy.https),
    NoProxy: proxy.exclude.join(','),
    Name: hostname(),
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: version,
    Runtimes: { crun: { path: '/usr/bin/crun' } },
    DefaultRuntime: 'crun',
    Swarm: {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    },
    LiveRestoreEnabled: true,
    Isolation: '',
    InitBinary: 'docker-init',
    ContainerdCommit: { ID: '' },
    RuncCommit: { ID: '' },
    InitCommit: { ID: '' },
    SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
    ...(!isBefore(asked, '1.49') && { FirewallBackend: { Driver: 'nftables' } }),
    CDISpecDirs: [],
    // In Docker's form, which clients print unchanged.
    Warnings: warnings.length > 0 ? warnings.map((each) => `WARNING: ${each}`) : null,
  };
}

/** The address of a proxy without its credentials. */
function masked(address = ''): string {
  return address.replace(/^(\w+:\/\/)[^/@]*@/, '$1xxxxx:xxxxx@');
}

async function operatingSystem(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(ifMissing(''));
  const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1];
  return `Berth machine (${name ?? 'Linux'})`;
}
