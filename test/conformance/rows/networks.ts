import { group } from '../row.ts';
import { otherParts } from './reasons.ts';

/**
 * Connects to the engine's port 17777 through the bridge: first to the bridge's address, then to
 * 127.0.0.1.
 */
const askLoopback = [
  'gateway=$(ip route | sed -n "s/default via \\([^ ]*\\).*/\\1/p")',
  'nc -w 2 $gateway 17777 </dev/null',
  'ip route del table local local 127.0.0.0/8 dev lo',
  'ip route del table local local 127.0.0.1 dev lo',
  'ip route add 127.0.0.1 via $gateway',
  'nc -w 2 127.0.0.1 17777 </dev/null',
].join('; ');

/** `docker network`, published ports and names. */
export const networks = group('networks', [
  'docker network ls --format "{{.Name}} {{.Driver}} {{.Scope}}"',
  'docker network create n1 | wc -c',
  'docker network create n1',
  'docker network create --subnet 10.77.0.0/24 --gateway 10.77.0.9 --label a=1 -o com.docker.network.bridge.name=conf0 n2 | wc -c',
  'docker network inspect -f "{{json .IPAM}} {{json .Labels}} {{json .Options}} {{.Driver}} {{.Scope}} {{.Internal}} {{.Attachable}} {{.EnableIPv6}}" n2',
  { run: 'docker network inspect n1', shape: true },
  'docker network create --subnet 10.77.0.0/25 n3',
  'docker network create --subnet nonsense n3',
  'docker network create -d nosuch n3',
  'docker network create bridge',
  'docker network create "bad name"',
  'docker network create --internal n4 | wc -c; docker network inspect -f "{{.Internal}}" n4',
  'docker network ls --filter name=n1 --format "{{.Name}}"; docker network ls --filter label=a=1 --format "{{.Name}}"; docker network ls --filter driver=host --format "{{.Name}}"',
  'docker network ls --filter type=custom --format "{{.Name}}" | sort',
  'docker network ls --filter nosuch=1',
  'docker run -d --name web --network n1 --network-alias alias web >/dev/null; docker run --rm --network n1 box sh -c "wget -q -O- http://web:8080/; wget -q -O- http://alias:8080/"',
  'docker run --rm --network n1 box nslookup nosuch-name-here >/dev/null 2>&1; echo $?',
  {
    run: 'docker run --rm --network n1 box cat /etc/resolv.conf',
    differs: otherParts(/^#|^$/),
  },
  // A server's configuration, such as nginx's, can have the address.
  'docker run --rm --network n1 box sh -c "nslookup -type=a web 127.0.0.11 | grep -v ^Address; nslookup -type=a alias 127.0.0.11 >/dev/null; echo $?"',
  'docker run --rm --network n1 --cap-drop ALL --read-only box sh -c "nslookup -type=a web 127.0.0.11 >/dev/null; echo $?"',
  'docker run --rm --network n1 --user 1000 box wget -q -O- http://web:8080/',
  'docker run --rm box sh -c "nslookup -type=a web 127.0.0.11 >/dev/null 2>&1; echo $?"',
  'docker run --rm --network none box sh -c "grep -c 127.0.0.11 /etc/resolv.conf"',
  'docker run --rm --network host box sh -c "grep -c 127.0.0.11 /etc/resolv.conf"',
  'docker run --rm --network container:web box sh -c "grep ^nameserver /etc/resolv.conf; nslookup -type=a alias 127.0.0.11 >/dev/null; echo $?"',
  'docker run --rm --network n2 --ip 10.77.0.50 box sh -c "ip -4 -o addr show eth0 | awk \'{print \\$4}\'; ip route"',
  'docker run --rm --network n2 --ip 10.99.0.50 box true',
  'docker run --rm --network n1 --mac-address 02:11:22:33:44:55 box cat /sys/class/net/eth0/address',
  'docker run --rm --ip 10.77.0.50 box true',
  'docker network connect n2 web; docker inspect -f "{{range \\$k, \\$v := .NetworkSettings.Networks}}{{\\$k}} {{end}}" web',
  'docker network connect n2 web',
  'docker network connect nosuch web',
  'docker network connect n2 nosuch',
  'docker network connect --alias third n4 web; docker run --rm --network n4 box wget -q -O- http://third:8080/',
  'docker network rm n1',
  'docker network disconnect n2 web; docker network disconnect n2 web',
  'docker network disconnect nosuch web',
  'docker exec web sh -c "grep ^nameserver /etc/resolv.conf; nslookup -type=a third 127.0.0.11 >/dev/null; echo $?"',
  'docker network inspect -f "{{range .Containers}}{{.Name}} {{end}}" n1',
  'docker network inspect -f "{{json .Containers}}" n1 | tr , "\\n"',
  'docker rm -f web; docker network rm n1 n4',
  'docker network rm n1',
  'docker network rm bridge',
  'docker network rm host',
  // Docker iterates over a Go map, so the order is random.
  { run: 'docker network prune -f', sorted: true },
  'docker run -d --name pub -p 127.0.0.1:18080:8080 web >/dev/null; docker port pub; docker ps --format "{{.Ports}}"',
  'docker run --rm --name taken -p 127.0.0.1:18080:8080 web true',
  'docker run --name p2 -p 127.0.0.1:18080:80/udp -p 18081-18082:81-82 box true; docker inspect -f "{{json .HostConfig.PortBindings}}" p2',
  'docker run --rm --network container:pub box wget -q -O- http://127.0.0.1:8080/',
  'docker run --rm --network host box wget -q -O- http://127.0.0.1:18080/',
  // A container can't reach what listens on the engine's loopback interface.
  `docker run -d --name local --network host box nc -ll -p 17777 -e echo reached >/dev/null; docker run --rm --cap-add NET_ADMIN --sysctl net.ipv4.conf.all.route_localnet=1 box sh -c '${askLoopback}'; docker rm -f local`,
  'docker run --rm --network container:pub -p 80 box true',
  'docker run --rm --network container:pub --hostname x box true',
  'docker run --rm --link pub:linked box wget -q -O- http://linked:8080/',
  'docker run --rm --network host -p 80 box true',
  'docker network create --ipv6 --subnet fd00:77::/64 n6 | wc -c; docker run --rm --network n6 box sh -c "ip -6 -o addr show eth0 scope global | grep -c fd00:77::"',
  'docker network connect bridge pub; docker network disconnect -f bridge pub; docker inspect -f "{{json .NetworkSettings.Networks}}" pub',
]);
