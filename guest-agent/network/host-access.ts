import { run } from '../runtime/process/program.ts';
import { hostAddress } from './host-address.ts';

/** The host's address can change, as with Hyper-V when the host restarts its network. */
const LOOK_MS = 1_000;

export interface HostGuard {
  readonly address: () => string | undefined;
  /** Loads rules into the VM's firewall. */
  readonly load: (rules: string) => Promise<unknown>;
}

const ofTheVm: HostGuard = {
  address: hostAddress,
  load: (rules) => run('nft', ['-f', '-'], { input: rules }),
};

/**
 * From now on, containers can't connect to the host: `host.docker.internal` refuses them. Answers to connections
 * that the host has made pass. Containers on the VM's own network aren't kept from the host. Rejects if the
 * firewall can't do that.
 */
export async function keepFromHost(
  log: (message: string, cause: unknown) => void,
  { address, load }: HostGuard = ofTheVm,
  lookMs = LOOK_MS,
): Promise<void> {
  let kept: string | undefined;
  const look = async () => {
    const host = address();
    if (host === undefined || host === kept) return;
    await load(rules(host));
    kept = host;
  };
  await look();
  setInterval(() => {
    look().catch((error) => log('keeping containers from the host', error));
  }, lookMs).unref();
}

/** The first line makes sure that there is a table to delete. nft applies all lines at once. */
const rules = (host: string) => `table inet berth_host
delete table inet berth_host
table inet berth_host {
  chain forward {
    type filter hook forward priority filter - 10; policy accept;
    iifname != "eth0" ip daddr ${host} ct state new reject
  }
}
`;
