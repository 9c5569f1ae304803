import { group, type Row } from '../row.ts';

/** The forms of `config`. Docker Compose prints names in any order. */
const forms: readonly string[] = [
  'config',
  'config --format json',
  'config --no-interpolate',
  'config --no-interpolate --format json',
  'config --no-normalize',
  'config --no-path-resolution',
  'config --no-consistency --no-env-resolution',
  'config --no-interpolate --no-normalize --no-path-resolution',
  // Which of several mentions counts is a matter of chance in Docker Compose.
  'config --variables | grep -v DB_PASSWORD | sort',
  'config --environment | grep -vE "^(_|PWD|OLDPWD|ENGINE|HOME|DOCKER_.*)="',
  'config --images | sort',
  'config --networks | sort',
  'config --volumes | sort',
  'config --profiles',
  'config --services --no-interpolate | sort',
  '--profile "*" config --services | sort',
];

const project = (name: string): Row => ({
  run: [
    `cp -r $CLIENTS/../projects/${name} . && cd ${name}; export SHELL_TOKEN=hush`,
    ...forms.map((form) => `echo '# ${form}'; berth-compose ${form}`),
    `cd ..; rm -rf ${name}`,
  ].join('\n'),
});

const models = `cat >compose.yaml <<'END'
name: shop
services:
  one: {image: box, models: [small]}
  two: {image: box, models: {small: {endpoint_var: URL, model_var: NAME}}}
  three: {provider: {type: other, options: {size: 2}}}
models: {small: {model: ai/small, context_size: 512, runtime_flags: [-a]}, unused: {model: ai/big}}
END`;

const templates = `cat >compose.yaml <<'END'
name: shop
services:
  one:
    image: "box:\${TAG:-latest}"
    ports: ["\${PORT}:80", "81:81"]
    hostname: "\${HOST_NAME?must be set}-\${SUFFIX+with-\${INNER-deep}}"
    environment: {A: "$PLAIN and $$literal", B: null}
    volumes: ["./a:/a", "\${DATA}:/b"]
    deploy: {replicas: "\${COUNT:-2}"}
    build: {context: "\${PLACE}", args: [A, "B=\${C}"], ssh: [default]}
    depends_on: [two]
    networks: [default, other]
    gpus: all
    x-own: {b: 1, a: "\${OWN}"}
  two: {image: box, network_mode: host, devices: ["/dev/null:/dev/x"], ulimits: {nofile: 5}}
networks: {other: {external: true}}
configs: {text: {content: "\${TEXT} <&>"}}
END`;

/** `berth compose config` in all its forms, beside `docker compose config`. */
export const composeConfig = group('compose-config', [
  ...['blog', 'chain', 'gates', 'secrets', 'profiles', 'live'].map(project),
  `${models}\nberth-compose config; berth-compose config --format json; berth-compose config --models; berth-compose config --no-interpolate`,
  `${templates}\nberth-compose config --no-interpolate`,
  'berth-compose config --no-interpolate --format json --no-path-resolution',
  'berth-compose config --variables | sort; berth-compose config --variables --format json; berth-compose config --variables --format yaml',
  'export PORT=80 HOST_NAME=h DATA=/d; berth-compose config -q 2>/dev/null && berth-compose config one 2>/dev/null | grep hostname; berth-compose config -q nosuch 2>/dev/null || echo refused',
  'berth-compose config --format toml 2>/dev/null || echo refused; berth-compose config --hash nosuch >/dev/null 2>&1 || echo refused',
  `printf "name: shop\\nservices:\\n  a: {image: $REGISTRY/box:1}\\n  b: {build: .}\\n" >compose.yaml; for f in '' '--format json' --no-interpolate; do berth-compose config --resolve-image-digests $f; berth-compose config --lock-image-digests $f; done`,
  `printf '' >empty.yaml; printf '# nothing\\n' >comment.yaml; printf '{}\\n' >braces.yaml; printf 'name: x\\n' >name.yaml; printf 'name: x\\nservices: {}\\n' >none.yaml; for f in empty comment braces; do berth-compose -f $f.yaml config 2>&1 | grep -o 'empty compose file'; done; for f in name none; do berth-compose -f $f.yaml config; berth-compose -f $f.yaml config --format json; done`,
  'berth-compose config -o saved.yaml; cat saved.yaml; printf "name: shop\\nservices: {a: {image: box, depends_on: [missing]}}\\n" >compose.yaml; berth-compose config --no-consistency; berth-compose config >/dev/null 2>&1 || echo refused',
]);
