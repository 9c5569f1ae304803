import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ask } from '../../fixtures/ask.ts';
import { PAYLOAD } from '../archives/archive.ts';
import { BOX, remove, withContainer } from '../engine/box.ts';
import type { HostileEngine } from '../engine/start.ts';
import { NAME_SERVER } from '../server/ports.ts';
import { runIn } from './container.ts';

const run = promisify(execFile);

/** Another user of the VM looks for a program that a container has made set-user-ID. */
export async function reachProgramOfContainer({ socket, pid }: HostileEngine): Promise<string[]> {
  const name = `suid-${PAYLOAD}`;
  const script = `cp /bin/sh /${name}; chmod 4755 /${name}; cp /${name} /v/; sleep 60`;
  const stranger = 'setpriv --reuid 1000 --regid 1000 --clear-groups';
  const find = `${stranger} find / -name '*${PAYLOAD}*' -not -path '/proc/*' 2>/dev/null || true`;
  return withContainer(
    socket,
    BOX,
    async (id) => {
      await ask(socket, { method: 'POST', path: `/containers/${id}/start` });
      await ask(socket, { path: `/containers/${id}/archive?path=/${name}` });
      const words = ['--target', String(pid), '--mount', 'sh', '-c', find];
      const { stdout } = await run('nsenter', words, { timeout: 60_000 });
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((path) => `another user reaches ${path}`);
    },
    { Cmd: ['sh', '-c', script], HostConfig: { Binds: [`${PAYLOAD}:/v`] } },
  ).finally(() => remove(socket, `/volumes/${PAYLOAD}?force=1`));
}

/** A container swaps a directory of a volume for a link while others mount the directory. */
export async function swapSubpath({ socket }: HostileEngine): Promise<string[]> {
  const script =
    'mkdir -p /v/sub; while :; do mv /v/sub /v/d; ln -s /proc/1/root/etc /v/sub; ln -sfn /etc /v/sub; rm /v/sub; mv /v/d /v/sub; done';
  const Mounts = [
    {
      ...{ Type: 'volume', Source: PAYLOAD, Target: '/m' },
      VolumeOptions: { Subpath: 'sub' },
    },
  ];
  return withContainer(
    socket,
    BOX,
    async (id) => {
      await ask(socket, { method: 'POST', path: `/containers/${id}/start` });
      const wrong: string[] = [];
      for (let count = 0; count < 20; count++) {
        const { output } = await runIn(socket, 'ls /m /m/..', { HostConfig: { Mounts } });
        if (output.includes('nftables.conf')) wrong.push(output);
      }
      return wrong;
    },
    { Cmd: ['sh', '-c', script], HostConfig: { Binds: [`${PAYLOAD}:/v`] } },
  ).finally(() => remove(socket, `/volumes/${PAYLOAD}?force=1`));
}

/** A container of an internal network asks a server of names on another network. */
export async function askNames({ socket, control }: HostileEngine): Promise<string[]> {
  const asked = async (Internal: boolean) => {
    const name = Internal ? 'internal' : 'ordinary';
    await ask(socket, { method: 'POST', path: '/networks/create', body: { Name: name, Internal } });
    await using _ = {
      [Symbol.asyncDispose]: () => remove(socket, `/networks/${name}`),
    };
    await runIn(socket, `timeout 5 nslookup secret-of-${name}.example`, {
      HostConfig: { NetworkMode: name, Dns: [NAME_SERVER] },
    });
    return (await ask(control, { path: '/' })).text.includes(`secret-of-${name}`);
  };
  return [
    ...((await asked(false)) ? [] : ['an ordinary network does not reach the server either']),
    ...((await asked(true)) ? ['the name left the internal network'] : []),
  ];
}
