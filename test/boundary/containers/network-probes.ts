import { never, type Probe } from './probe.ts';
import { ports } from './stand-ins.ts';

/** Says REACHED if a stand-in server answers there. */
const reach = (host: string, port: number) =>
  `nc -w 2 ${host} ${port} </dev/null || echo no answer`;
const unreachable = never('REACHED');

/** $GATEWAY, $OTHER, $INTERNAL and $NEIGHBOUR are addresses that the container learns. */
export const networkProbes: readonly Probe[] = [
  {
    name: 'a neighbour on the same network answers (so that silence means something)',
    script: reach('$NEIGHBOUR', ports.everywhere),
    right: /REACHED/,
  },
  {
    name: 'the loopback interface of the VM, by the gateway',
    script: reach('$GATEWAY', ports.loopback),
    right: unreachable,
  },
  {
    name: 'the loopback interface of the VM, by 127.0.0.1',
    script: reach('127.0.0.1', ports.loopback),
    right: unreachable,
  },
  {
    name: 'the SSH server of the VM',
    script: reach('$GATEWAY', ports.ssh),
    right: unreachable,
    docker: { right: /REACHED/, why: 'the SSH server of a Linux host is for its users' },
  },
  {
    name: 'an engine on TCP',
    script:
      'for p in 2375 2376 4243; do wget -T 2 -qO- http://$GATEWAY:$p/version && echo GOT; done',
    right: never('GOT'),
  },
  {
    name: 'the metadata of a cloud',
    script: 'wget -T 2 -qO- http://169.254.169.254/latest/meta-data/ && echo GOT',
    right: never('GOT'),
  },
  {
    name: 'a container on another network',
    script: reach('$OTHER', ports.everywhere),
    right: unreachable,
  },
  {
    name: 'a container on an internal network',
    script: reach('$INTERNAL', ports.everywhere),
    right: unreachable,
  },
  {
    name: 'a container on the default network, from another one',
    from: 'on another network',
    script: reach('$NEIGHBOUR', ports.everywhere),
    right: unreachable,
  },
  {
    name: 'the name of a container on another network',
    from: 'on another network',
    script: 'nslookup far-server 2>&1 | tail -n +4 | grep Address && echo FOUND',
    right: never('FOUND'),
  },
  {
    name: 'the VM, from an internal network',
    from: 'on an internal network',
    script: `${reach('$GATEWAY', ports.everywhere)}; ${reach('$GATEWAY', ports.ssh)}`,
    right: unreachable,
  },
  {
    name: 'a container on the default network, from an internal one',
    from: 'on an internal network',
    script: reach('$NEIGHBOUR', ports.everywhere),
    right: unreachable,
  },
  {
    name: 'anything outside, from an internal network',
    from: 'on an internal network',
    script:
      'ip route | grep default && echo ROUTE; ping -c 1 -w 1 192.0.2.1 >/dev/null && echo PONG',
    right: never('ROUTE|PONG'),
  },
  {
    name: 'the loopback interface of the VM, by a route for 127.0.0.0/8',
    from: 'with NET_ADMIN',
    script: `ip addr del 127.0.0.1/8 dev lo; ip route add 127.0.0.0/8 via $GATEWAY; ${reach('127.0.0.1', ports.loopback)}`,
    right: unreachable,
  },
  {
    name: 'the loopback interface of the VM, with an address of it as source',
    from: 'with NET_ADMIN',
    script: `ip addr add 127.0.0.9/32 dev eth0; nc -w 2 -s 127.0.0.9 $GATEWAY ${ports.everywhere} </dev/null`,
    right: unreachable,
  },
  {
    name: 'another network, by a route through the gateway',
    from: 'with NET_ADMIN',
    script: `ip route add $OTHER via $GATEWAY; ${reach('$OTHER', ports.everywhere)}`,
    right: unreachable,
  },
  {
    name: 'an internal network, by a route through the gateway',
    from: 'with NET_ADMIN',
    script: `ip route add $INTERNAL via $GATEWAY; ${reach('$INTERNAL', ports.everywhere)}`,
    right: unreachable,
  },
  {
    name: 'settings of the network that lead to loopback',
    from: 'with NET_ADMIN',
    script: 'echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet && echo DONE',
    right: never('DONE'),
  },
  {
    name: 'another address',
    script: 'ip addr add 10.9.9.9/24 dev eth0 && echo DONE',
    right: never('DONE'),
  },
  {
    name: 'another route',
    script: 'ip route add 10.9.0.0/16 via $GATEWAY && echo DONE',
    right: never('DONE'),
  },
  {
    name: 'the packets of others',
    script: 'ip link set eth0 promisc on && echo DONE',
    right: never('DONE'),
  },
  {
    name: 'another interface',
    script: 'ip link add x type dummy && echo DONE',
    right: never('DONE'),
  },
  {
    name: 'an address of IPv6, where the network has none',
    script: 'cat /proc/net/if_inet6 2>/dev/null',
    right: never('eth0'),
  },
  {
    name: 'connections of the VM in /proc/net',
    script: 'cat /proc/net/tcp /proc/net/tcp6',
    right: never(ports.loopback.toString(16).toUpperCase()),
  },
  {
    name: 'sockets of the VM without a file',
    script: 'cat /proc/net/unix',
    right: never('@.*(?:berth|conmon|containerd|docker)'),
  },
  {
    name: 'the network of the host has its loopback interface, as asked for',
    from: 'on the host’s network',
    script: reach('127.0.0.1', ports.loopback),
    right: /REACHED/,
  },
];
