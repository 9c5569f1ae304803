import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createEngineClient } from '../../electron/host/engine/connection/http-client.ts';
import { readText } from '../../electron/host/engine/connection/reply.ts';
import {
  createContainer,
  startContainer,
  waitContainer,
} from '../../electron/host/engine/containers.ts';
import { pullImage } from '../../electron/host/engine/images.ts';
import { containerLogs } from '../../electron/host/engine/logs.ts';
import { clearConsole, waitForConsoleLine } from '../../electron/host/home/console.ts';
import { machinePaths } from '../../electron/host/home/paths.ts';
import { freePort } from '../../electron/host/ports/free-port.ts';
import { writeConfigDisk } from '../../electron/host/supervisor/boot/config-disk.ts';
import { exec, openStreamlocal } from '../../electron/host/supervisor/bridge/channels.ts';
import { openBridge } from '../../electron/host/supervisor/bridge/connection.ts';
import { forwardSocket } from '../../electron/host/supervisor/bridge/engine-socket.ts';
import { ensureKeys } from '../../electron/host/supervisor/bridge/keys.ts';
import { serveNames } from '../../electron/host/supervisor/dns/serve-names.ts';
import { waitForEngine } from '../../electron/host/supervisor/guest/guest-link.ts';
import { guestPaths } from '../../guest-agent/contract/paths.ts';
import { startUefiMachine } from './uefi-machine.ts';

test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  'boots from UEFI with the disks of Hyper-V, and runs a container',
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'berth-uefi-'));
    const ending = new AbortController();
    const paths = machinePaths(home, 'default');
    await mkdir(paths.directory, { recursive: true });
    const keys = await ensureKeys(paths);
    await writeConfigDisk(paths.configDisk, {
      version: 1,
      hostname: 'berth-uefi',
      ssh: { authorizedKeys: [keys.client.publicKey], hostKey: keys.guestHost.privateKey },
      registries: { insecure: [] },
      dataDisk: { blank: true },
    });
    await clearConsole(paths.console);
    const sshPort = await freePort();
    const machine = await startUefiMachine(home, {
      ...{ configDisk: paths.configDisk, console: paths.console, sshPort },
    });
    onTestFinished(async () => {
      ending.abort();
      machine.kill();
      await machine.ended;
      await rm(home, { recursive: true, force: true });
    });
    const failed = machine.ended.then(async (said) => {
      throw new Error(`QEMU ended: ${said}\n${await readFile(paths.console, 'utf8')}`);
    });
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(170_000)]);

    const boot = async () => {
      await waitForConsoleLine(paths.console, 'berth: sshd', signal);
      const bridge = await openBridge({ host: '127.0.0.1', port: sshPort, keys }, signal);
      await waitForEngine(bridge, signal);
      return bridge;
    };
    const bridge = await Promise.race([boot(), failed]);
    const facts = await exec(
      bridge,
      'ls -d /sys/firmware/efi; cat /sys/class/dmi/id/sys_vendor; ls /sys/block; readlink /sys/block/$(basename $(readlink /dev/berth/data))/device',
    );
    expect(facts.stdout).toMatch(/^\/sys\/firmware\/efi\nMicrosoft Corporation\n/);
    expect(facts.stdout).toMatch(/:1\n$/);

    const socket = await forwardSocket(paths.engineSocket, () =>
      openStreamlocal(bridge, guestPaths.engineSocket),
    );
    onTestFinished(() => socket.close());
    const names = serveNames(bridge, ending.signal);
    onTestFinished(() => names);
    const engine = createEngineClient(paths.engineSocket);
    for await (const _ of pullImage(engine, 'busybox', { signal }));
    const { Id } = await createContainer(engine, {
      Image: 'busybox',
      Cmd: ['sh', '-c', 'echo from a container; df /data | tail -n 1'],
      Volumes: { '/data': {} },
      Tty: true,
    });
    const exit = await waitContainer(engine, Id, 'next-exit', signal);
    await startContainer(engine, Id);
    expect(await exit.exitCode).toBe(0);
    const log = await readText((await containerLogs(engine, Id)).body);
    expect(log).toMatch(/^from a container\r\n\/dev\/sd\w/);

    await exec(bridge, guestPaths.powerOff);
    await waitForConsoleLine(paths.console, 'berth: data disk unmounted', signal);
    await machine.ended;
  },
);
