import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { format, promisify } from 'node:util';
import { engineRoutes } from './api/routes/engine-routes.ts';
import { ApiServer } from './api/server.ts';
import { redacted } from './build/git/redacted.ts';
import { findLeftovers } from './build/leftovers.ts';
import { StepCache } from './build/steps/step-cache.ts';
import { Buildkit } from './buildkit/buildkit.ts';
import { guestConfigSchema } from './contract/config.ts';
import { dataDiskRefused } from './contract/data-format.ts';
import { guestNameServer, guestPaths } from './contract/paths.ts';
import { watchExits } from './engine/containers/lifecycle/exit.ts';
import { stopForShutdown } from './engine/containers/lifecycle/stop.ts';
import { keepSharedFoldersOpen } from './engine/containers/mounts/open-shared-folders.ts';
import { ContainerCollection } from './engine/containers/record/collection.ts';
import { ExecCollection } from './engine/containers/record/exec-collection.ts';
import { imageUsers } from './engine/containers/record/image-users.ts';
import { watchMonitors } from './engine/containers/recovery/dead-monitor.ts';
import { recoverContainers, startRestartable } from './engine/containers/recovery/recover.ts';
import type { Engine } from './engine/engine.ts';
import { EventBus } from './engine/events.ts';
import { Images } from './engine/images/images.ts';
import { Registries } from './engine/images/registries.ts';
import { Networks } from './engine/networks/networks.ts';
import { Volumes } from './engine/volumes/volumes.ts';
import { type ServedKube, serveKube } from './kube/serve-kube.ts';
import { linuxNetworkDriver } from './network/driver.ts';
import { keepFromHost } from './network/host-access.ts';
import { serveClock } from './network/host-clock.ts';
import { HostPorts } from './network/host-ports.ts';
import { HostResolver } from './network/names/host-resolver.ts';
import { serveNames } from './network/names/name-server.ts';
import { serveUdpRelay } from './network/udp-relay.ts';
import { configureTransport } from './registry/http/transport.ts';
import { connectMirrored } from './registry/mirror.ts';
import { MonitorWatch } from './runtime/conmon/monitor-watch.ts';
import { Crun } from './runtime/crun.ts';
import { Directories } from './runtime/directories.ts';
import { startHeartbeat } from './runtime/heartbeat.ts';
import { dropListener } from './runtime/kept-listener.ts';
import { linuxMounts } from './runtime/mounts/mounts.ts';
import { linuxProcesses } from './runtime/process/processes.ts';
import { dockerSeccomp } from './runtime/spec/default-seccomp.ts';
import { seccompProfileSchema } from './runtime/spec/seccomp.ts';
import { exitOnUncaughtError } from './runtime/uncaught-error.ts';
import { serveFuseMounts } from './shares/fuse/serve-fuse-mounts.ts';
import { mountShares } from './shares/mount-shares.ts';
import { OpenFolders } from './shares/open-folders.ts';
import { serveSftpMounts } from './shares/sftp-mounts.ts';
import { Shares } from './shares/shares.ts';
import { BlobDirectory } from './store/blob-directory.ts';
import { Damage } from './store/damage.ts';
import { migrations } from './store/format/migrations.ts';
import { prepareDataDisk } from './store/format/prepare.ts';
import { ErofsLayers } from './store/layers/erofs.ts';
import { version } from './version.ts';

/** The composition root, which creates and connects all parts of the agent. */

const log = (message: string, cause?: unknown): void => {
  const text = format(message, ...(cause === undefined ? [] : [cause]));
  console.error(new Date().toISOString(), redacted(text));
};
exitOnUncaughtError(log);
const damage = new Damage(log);

const directories = new Directories(guestPaths.data, dirname(guestPaths.engineSocket));
const config = guestConfigSchema.parse(JSON.parse(await readFile(guestPaths.config, 'utf8')));
// Before anything else reads the disk.
await prepareDataDisk({
  ...{ directory: directories.data, migrations, engine: version, log, damage },
  knownFormat: config.dataDisk.format,
  sync: async () => void (await promisify(execFile)('sync')),
}).catch(async (error) => {
  // The host waits for the engine, and reads on the console why it doesn't start.
  await writeFile('/dev/console', `${dataDiskRefused}${error.message}\n`).catch((cause) =>
    log('writing to the console', cause),
  );
  throw error;
});
configureTransport({ ...config, registryCertificates: config.registries.certificates });
const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
// Execs are only in the agent's memory and don't survive its restart.
await rm(directories.exec(''), { recursive: true, force: true });
await mkdir(directories.exits, { recursive: true, mode: 0o700 });
// netavark creates the content of this directory, but not the directory.
await mkdir(directories.netavark, { recursive: true, mode: 0o700 });

const events = new EventBus();
const containers = new ContainerCollection(directories.containerRecords, damage);
const driver = linuxNetworkDriver(directories.netavark);
const networks = new Networks(directories.networkRecords, driver, damage, config.ports.hostIp);
const shares = new Shares(config.shares);
const volumes = new Volumes(directories.volumes, events, damage, shares);
const [layers, content, seccompText] = await Promise.all([
  ErofsLayers.load({
    directory: join(directories.data, 'layers'),
    mountDirectory: join(directories.run, 'l'),
    mkfs: 'mkfs.erofs',
    bootId,
  }),
  BlobDirectory.load(join(directories.data, 'blobs')),
  readFile(guestPaths.seccompProfile, 'utf8'),
  containers.load(),
  networks.load(),
  volumes.load(),
]);
const images = await Images.load({
  directory: join(directories.data, 'images'),
  content,
  layers,
  events,
  users: imageUsers(containers),
  starterLayout: guestPaths.starterLayout,
  connect: (...request) => connectMirrored(...request, config.registries),
  damage,
});
const hostPorts = new HostPorts();
await mountShares(shares, log);
await serveSftpMounts(shares, log);
await serveFuseMounts(shares, log);
const engine: Engine = {
  ...{
    directories,
    containers,
    networks,
    volumes,
    images,
    layers,
    events,
    damage,
    bootId,
    log,
    hostPorts,
    shares,
  },
  openFolders: new OpenFolders(log),
  execs: new ExecCollection(),
  crun: new Crun(directories),
  processes: linuxProcesses(directories),
  mounts: linuxMounts,
  monitors: new MonitorWatch(log),
  seccompProfile: dockerSeccomp(seccompProfileSchema.parse(JSON.parse(seccompText))),
};

const leftovers = await findLeftovers(engine);
await recoverContainers(engine, leftovers.containers);
await leftovers.stop();
const buildSteps = new StepCache(directories.buildSteps, images, log);
await buildSteps.load();
// Removes the remains of interrupted pulls and removals, and layers that only a removed container
// used.
const sweep = () => images.sweep().catch((error) => log('sweeping unused layers', error));
await sweep();
events.listen(({ type, action }) => {
  if (type === 'container' && action === 'destroy') void sweep();
});
const exits = watchExits(engine);
const registries = new Registries(images, config.registries.insecure);
const buildkit = new Buildkit(engine, images, registries, buildSteps);
await buildkit
  .removeUnfinished()
  .catch((error) => log('removing what interrupted builds left', error));
let kube: ServedKube | undefined;
const server: ApiServer = new ApiServer(
  engineRoutes({
    ...{ engine, images, registries, buildkit, config },
    requests: () => server.requests + (kube?.requests() ?? 0),
    requestsBegun: () => server.requestsBegun + (kube?.requestsBegun() ?? 0),
  }),
  log,
  (socket) => buildkit.serveCalls(socket),
);
await exits.open();
watchMonitors(engine);
await serveUdpRelay(guestPaths.udpRelay);
await hostPorts.listen(guestPaths.hostPorts);
await serveClock(guestPaths.clock);
// Before any container starts.
if (config.host.access === 'none') await keepFromHost(log);
const hostResolver = new HostResolver();
await hostResolver.serve(guestPaths.names);
await serveNames(guestNameServer, 53, (message) => hostResolver.ask(message), log).catch((error) =>
  log('starting the name server', error),
);
keepSharedFoldersOpen(engine);
kube = await serveKube(guestPaths.kubeSocket, {
  ...{ engine, images, registries, names: hostResolver, log },
  directory: join(directories.data, 'kube'),
}).catch((error) => {
  log('serving the Kubernetes API', error);
  return undefined;
});
await rm(guestPaths.dockerSocket, { force: true });
await symlink(guestPaths.engineSocket, guestPaths.dockerSocket);
await server.listenKept(guestPaths.engineSocket, guestPaths.engineSocketKeeper);
log('the engine is ready');
// Not sooner: on a busy host the steps before can take long, and so can the start of the thread.
startHeartbeat();
// Node would write the cache only at a normal exit, but the agent is usually killed.
module.flushCompileCache();
await startRestartable(engine);
await leftovers.remove().catch((error) => log('removing the remains of builds', error));

// When the VM shuts down, the containers stop first, as users expect. If the agent is killed
// instead, they keep running.
process.once('SIGTERM', () => {
  server.close();
  kube?.close();
  dropListener(guestPaths.engineSocketKeeper).catch((error) => log('dropping the socket', error));
  stopForShutdown(engine)
    .catch((error) => log('stopping the containers', error))
    .finally(() => process.exit(0));
});
