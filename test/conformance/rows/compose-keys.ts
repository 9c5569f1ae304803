import { group, type Row } from '../row.ts';

/** Every key of a service, most in more than one spelling. Each is a whole service beside its image. */
const serviceKeys: readonly string[] = [
  'annotations: {a: b, c: 1}',
  'annotations: [a=b, c]',
  'attach: false',
  'blkio_config: {weight: 300, weight_device: [{path: /dev/sda, weight: 400}], device_read_bps: [{path: /dev/sda, rate: 12mb}], device_write_iops: [{path: /dev/sda, rate: 30}]}',
  'blkio_config: {device_read_iops: [{path: /dev/sda, rate: 40}], device_write_bps: [{path: /dev/sda, rate: 1048576}]}',
  'build: .',
  'build: {context: ./dir, dockerfile: other.Dockerfile, args: [A=1, B], target: x}',
  'build: {dockerfile_inline: "FROM box\\nRUN true\\n", labels: [a=b], tags: [one, two], pull: true, no_cache: true}',
  'build: {additional_contexts: [a=./a, b=docker-image://box], cache_from: [x, type=local,src=y], cache_to: [z], network: host, shm_size: 64m}',
  'build: {ssh: [default], extra_hosts: [a=1.2.3.4, a=1.2.3.5], platforms: [linux/amd64], privileged: true, ulimits: {nofile: 10}, entitlements: [network.host]}',
  'build: {provenance: mode=max, sbom: true, isolation: default}',
  'build: {context: ., secrets: [token, {source: token, target: other, uid: "103", gid: "103", mode: 0440}], ulimits: {nofile: {soft: 10, hard: 20}}}',
  'cap_add: [NET_ADMIN, NET_ADMIN, SYS_PTRACE]',
  'cap_drop: [ALL]',
  'cgroup: host',
  'cgroup_parent: /group',
  'command: sh -c "echo a b"',
  'command: [sh, -c, "echo $$HOME"]',
  'command: []',
  'command: ""',
  'command: null',
  'container_name: named',
  'cpu_count: 2',
  'cpu_percent: 50',
  'cpu_period: 100000',
  'cpu_quota: "50000"',
  'cpu_rt_period: 400000',
  'cpu_rt_runtime: 95000',
  'cpu_shares: 73',
  'cpus: 0.5',
  'cpus: "1.50"',
  'cpuset: 0,1',
  'credential_spec: {file: spec.json}',
  'credential_spec: {config: settings}',
  'credential_spec: {registry: spec}',
  'depends_on: [other]',
  'depends_on: {other: {condition: service_healthy, restart: true}}',
  'depends_on: {other: {condition: service_completed_successfully, required: false}}',
  'deploy: {mode: replicated, replicas: 2, endpoint_mode: vip, labels: [a=b]}',
  'deploy: {resources: {limits: {cpus: "0.50", memory: 50M, pids: 1}, reservations: {cpus: 0.25, memory: 20M}}}',
  'deploy: {resources: {reservations: {devices: [{capabilities: [gpu], driver: nvidia, count: all}], generic_resources: [{discrete_resource_spec: {kind: a, value: 2}}]}}}',
  'deploy: {resources: {reservations: {devices: [{capabilities: [gpu], device_ids: ["0"], options: {a: b}}]}}}',
  'deploy: {restart_policy: {condition: on-failure, delay: 5s, max_attempts: 3, window: 120s}}',
  'deploy: {update_config: {parallelism: 2, delay: 10s, order: stop-first, failure_action: pause, monitor: 1m, max_failure_ratio: 0.1}, rollback_config: {parallelism: 0}}',
  'deploy: {rollback_config: {parallelism: 1, delay: 5s, failure_action: continue, monitor: 30s, max_failure_ratio: 0.2, order: start-first}}',
  'deploy: {placement: {constraints: [node.role == manager], preferences: [{spread: node.labels.zone}], max_replicas_per_node: 1}}',
  'develop: {watch: [{path: ./a, action: sync, target: /a, ignore: [x/], include: "*.ts", initial_sync: true}, {path: b, action: rebuild}]}',
  'develop: {watch: [{path: ./a, action: sync+exec, target: /a, exec: {command: echo done, user: root, environment: [A=1]}}]}',
  'develop: {watch: [{path: ./a, action: sync+exec, target: /a, exec: {command: [echo, done], privileged: true, working_dir: /b}}]}',
  'device_cgroup_rules: ["c 1:3 mr", "a 7:* rmw"]',
  'devices: ["/dev/null:/dev/nothing:r", /dev/zero, {source: /dev/full, target: /dev/filled, permissions: rw}]',
  'dns: 8.8.8.8',
  'dns: [8.8.8.8, 9.9.9.9, 8.8.8.8]',
  'dns_opt: [use-vc, no-tld-query]',
  'dns_search: example.com',
  'domainname: example.com',
  'entrypoint: /code/entrypoint.sh -d',
  'entrypoint: [php, -d, x]',
  'entrypoint: []',
  'env_file: one.env',
  'env_file: [one.env, {path: two.env, required: false}, {path: raw.env, format: raw}]',
  'environment: {A: 1, B: "yes", C: true, D: null, E: 1.50, F: ""}',
  'environment: [A=1, B, C=, "D=a=b", "E=$$x"]',
  'expose: [3000, "8000-8002", "53/udp"]',
  'external_links: [redis, "database:mysql"]',
  'extra_hosts: ["a:1.2.3.4", "b=[::1]", "c=host-gateway"]',
  'extra_hosts: [a=1.2.3.4, a=1.2.3.5]',
  'extra_hosts: {a: 1.2.3.4, b: ["::1", 1.2.3.5]}',
  'gpus: all',
  'gpus: [{driver: 3dfx, count: 2}]',
  'gpus: [{device_ids: ["0", "3"], capabilities: [tpu], options: {a: b}}]',
  'group_add: [mail, 100]',
  'healthcheck: {test: [CMD, curl, x], interval: 90s, timeout: 10s, retries: 3, start_period: 1m40s, start_interval: 5s}',
  'healthcheck: {test: curl -f x || exit 1}',
  'healthcheck: {disable: true}',
  'healthcheck: {test: [NONE]}',
  'hostname: host',
  'init: true',
  'ipc: shareable',
  'ipc: service:other',
  'isolation: default',
  'labels: {a: b, c: 1, d: true, e: null}',
  'labels: [a=b, c, "d=e=f"]',
  'label_file: one.env',
  'links: [other, "other:alias"]',
  'logging: {driver: syslog, options: {syslog-address: "tcp://1.2.3.4:123", max: 5}}',
  'mac_address: 02:42:ac:11:65:43',
  'mem_limit: 1gb',
  'mem_limit: 1000000',
  'mem_reservation: 512k',
  'mem_swappiness: 10',
  'memswap_limit: -1',
  'network_mode: host',
  'network_mode: none',
  'network_mode: service:other',
  'network_mode: container:abc',
  'networks: [default]',
  'networks: {default: {aliases: [a, b], ipv4_address: 10.0.0.2, ipv6_address: "::2", mac_address: 02:42:ac:11:65:43, priority: 5, gw_priority: 1, interface_name: eth7, link_local_ips: [169.254.1.2], driver_opts: {a: 1}}}',
  'networks: {}',
  'oom_kill_disable: true',
  'oom_score_adj: -500',
  'pid: host',
  'pids_limit: 10',
  'platform: linux/arm64/v8',
  'ports: [3000, "3001:80", "127.0.0.1:3002:80/udp", "3003-3004:90-91", "[::1]:3005:80", "127.0.0.1::80"]',
  'ports: [{target: 80, published: "8080", host_ip: 127.0.0.1, protocol: tcp, mode: host, name: web, app_protocol: http}, {target: 81, published: 8000-8010}]',
  'post_start: [{command: ./do_something.sh, user: root, privileged: true, working_dir: /, environment: [A=B]}]',
  'pre_stop: [{command: [echo, bye]}]',
  'pre_stop: [{command: sync, user: root, privileged: true, working_dir: /, environment: {A: B}}]',
  'privileged: true',
  'pull_policy: always',
  'pull_policy: if_not_present',
  'pull_policy: daily',
  'pull_policy: every_12h',
  'read_only: true',
  'restart: on-failure:3',
  'restart: "no"',
  'restart: unless-stopped',
  'runtime: runc',
  'scale: 2',
  'secrets: [token, {source: token, target: /other, uid: "103", gid: "103", mode: 0440}]',
  'configs: [settings, {source: settings, target: /other, uid: "103", gid: "103", mode: "440"}]',
  'security_opt: [label=disable, "seccomp:unconfined"]',
  'shm_size: "10000000"',
  'stdin_open: true',
  'stop_grace_period: 1m30s',
  'stop_signal: SIGUSR1',
  'storage_opt: {size: 1G}',
  'sysctls: {net.core.somaxconn: 1024}',
  'sysctls: [net.core.somaxconn=1024, net.ipv4.tcp_syncookies=0]',
  'tmpfs: /run',
  'tmpfs: ["/data:mode=755,uid=1009", /run]',
  'tty: true',
  'ulimits: {nproc: 65535, nofile: {soft: 20000, hard: 40000}}',
  'use_api_socket: true',
  'user: 1000:1000',
  'user: root',
  'userns_mode: host',
  'uts: host',
  'volumes: ["./a:/a", "/b:/b:ro", "data:/c:rw,nocopy", /d, "~/e:/e", "./f:/f:z,rshared"]',
  'volumes: [{type: bind, source: ./a, target: /a, read_only: true, bind: {propagation: rslave, create_host_path: false, selinux: Z, recursive: disabled}, consistency: cached}]',
  'volumes: [{type: volume, source: data, target: /a/, volume: {nocopy: true, subpath: sub, labels: {a: b}}}, {type: tmpfs, target: /t, tmpfs: {size: 10m, mode: 0755}}]',
  'volumes: [{type: image, source: box, target: /i, image: {subpath: bin}}]',
  'volumes_from: [other, "other:ro", "container:abc:rw"]',
  'working_dir: /code',
  'x-note: {b: 1, a: [2]}',
];

/** The keys beside the services. */
const topLevelKeys: readonly string[] = [
  'version: "3.8"',
  'name: my_app',
  'x-one: &one {b: 2, a: 1}\nx-two: *one',
  'networks: {default: {driver: bridge, driver_opts: {a: 1}, attachable: true, internal: true, enable_ipv6: true, enable_ipv4: false, labels: [a=b]}}',
  'networks: {default: {ipam: {driver: default, config: [{subnet: 10.1.0.0/16, ip_range: 10.1.1.0/24, gateway: 10.1.0.1, aux_addresses: {a: 10.1.0.2}}]}}}',
  'networks: {default: {ipam: {driver: default, options: {a: b}}}}',
  'networks: {default: {external: true, name: outer}}',
  'networks: {default: {external: {name: old}}}',
  'networks: {default: {name: "${NOT_SET:-chosen}"}}',
  'volumes: {data: {driver: local, driver_opts: {type: none, o: bind, device: ./dir}, labels: {a: b}, name: mine}}',
  'volumes: {data: {external: true}}',
  'volumes: {data: {external: {name: old}}}',
  'volumes: {data: , other: {}}',
  'secrets: {token: {file: ./token.txt}, other: {environment: HOME, labels: [a=b]}}',
  'secrets: {token: {external: true, name: real}, other: {file: x, driver: d, driver_opts: {a: b}, template_driver: t}}',
  'secrets: {token: {external: {name: old}}}',
  'configs: {settings: {content: "a\\nb $$HOME ${NOT_SET-default}\\n"}, other: {environment: HOME}}',
  'configs: {settings: {external: true, name: real}, other: {file: x, labels: [a=b], template_driver: golang}}',
  'configs: {settings: {external: {name: old}}}',
  'models: {small: {name: tiny, model: ai/small, context_size: 512, runtime_flags: [-a]}}',
];

/** Keys that a service can't have beside its image, or only together with others. */
const wholeFiles: readonly string[] = [
  'services: {a: {provider: {type: other, options: {size: 2, names: [b, c]}}}}',
  'services: {a: {image: box, models: {small: {endpoint_var: URL, model_var: NAME}}}}\nmodels: {small: {model: ai/small}}',
  'services: {a: {image: box, pull_policy: refresh, pull_refresh_after: 24h}}',
];

/** Mistakes that people make. Berth names the line too, which Docker's messages don't have. */
const mistakes: readonly string[] = [
  'foo: bar',
  'build: {contex: .}',
  'command: {a: b}',
  'container_name: [a]',
  'cpus: many',
  'depends_on: [missing]',
  'depends_on: {other: {condition: service_ready}}',
  'deploy: {replicas: two}',
  'devices: ["a:b:c:d"]',
  'env_file: missing.env',
  'environment: [1]',
  'extends: {service: missing}',
  'healthcheck: {test: [curl, x]}',
  'healthcheck: {interval: 5}',
  'labels: 5',
  'links: {a: b}',
  'mem_limit: lots',
  'network_mode: host\n    networks: [default]',
  'networks: [missing]',
  'ports: ["a:b:c:d:e"]',
  'ports: [{target: 80, foo: 1}]',
  'ports: ["80:99999"]',
  'privileged: maybe',
  'pull_policy: sometimes',
  'secrets: [missing]',
  'scale: -1',
  'stop_grace_period: 1 minute',
  'ulimits: {nofile: {soft: a}}',
  'volumes: ["missing:/a"]',
  'volumes: [{type: odd, target: /a}]',
  'volumes: ["/a:/a", "/b:/a"]',
  'hostname: ${NOT_SET?say it}',
  'hostname: ${',
  'cgroup: mine',
  'container_name: 5',
  'domainname: [a]',
  'expose: 80',
  'ipc: 1',
  'security_opt: [a, a]',
  'volumes: null',
  'image: box\n    image: other',
];

const files =
  'printf "A=1\\nB=two # comment\\n" >one.env; printf "RAW=a # b\\n" >raw.env; echo s >token.txt';
/** The engines have folders of their own, so the default names of projects differ. */
const withName = (text: string) => (/^name:/m.test(text) ? text : `name: keys\n${text}`);
const heredoc = (text: string) => `${files}; cat >compose.yaml <<'END'\n${withName(text)}\nEND\n`;

const rest = `volumes: {data: }
secrets: {token: {file: ./token.txt}}
configs: {settings: {file: ./token.txt}}`;

const serviceOf = (key: string, name: string): string => `  ${name}:\n    image: box\n    ${key}\n`;

const mistakenService = (key: string): string =>
  `services:\n${serviceOf(key, 'a')}  other: {image: box}\n${rest}`;

const topLevel = (key: string): string => `services:
  a: {image: box, volumes: ["data:/d"], secrets: [token], configs: [settings]}
${key}
${rest
  .split('\n')
  .filter((line) => !key.startsWith(line.slice(0, line.indexOf(':'))))
  .join('\n')}`;

/** One file has one service for each key: a row for each would start a program for each. */
const allServices = (keys: readonly string[]): string => `services:
${keys.map((key, index) => serviceOf(key, `s${String(index).padStart(3, '0')}`)).join('')}
  other: {image: box}
${rest}`;

/** The engines have folders of their own, so hashes of relative paths differ. */
const withoutPaths = serviceKeys.filter((key) => !/\.\/|~\/|\.env|path: /.test(key));

const config = (text: string): Row => ({
  run: `${heredoc(text)}berth-compose config 2>message || cat message`,
});
/** Only whether it is refused: Berth's messages name the place in the file. */
const mistake = (text: string): Row => ({
  run: `${heredoc(text)}berth-compose config -q 2>message && echo accepted`,
});

/** Files that the rows use. Together with the projects, they have every key of the specification. */
export const composeFiles: readonly string[] = [
  allServices(serviceKeys),
  ...topLevelKeys.map(topLevel),
  ...wholeFiles,
];

/** `berth compose config` beside `docker compose config`, for each key of the specification. */
export const composeKeys = group('compose-keys', [
  config(allServices(serviceKeys)),
  `${heredoc(allServices(serviceKeys))}berth-compose config --format json`,
  `${heredoc(allServices(withoutPaths))}berth-compose config --hash "*"`,
  ...topLevelKeys.map((key) => config(topLevel(key))),
  ...wholeFiles.map(config),
  ...mistakes.map((key) => mistake(mistakenService(key))),
]);
