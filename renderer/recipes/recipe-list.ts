import type { Recipe } from './recipe.ts';

/**
 * The services that people run most, databases first. To add one, add an entry: name the image with
 * its major version, so that data survives an update of the image.
 */
export const RECIPES: readonly Recipe[] = [
  {
    ...{ id: 'postgres', title: 'PostgreSQL', text: 'Relational database', image: 'postgres:17' },
    ports: [5432],
    data: '/var/lib/postgresql/data',
    passwords: ['POSTGRES_PASSWORD'],
    address: 'postgres://postgres:{POSTGRES_PASSWORD}@localhost:{5432}/postgres',
  },
  {
    ...{ id: 'mysql', title: 'MySQL', text: 'Relational database', image: 'mysql:8.4' },
    ports: [3306],
    data: '/var/lib/mysql',
    passwords: ['MYSQL_ROOT_PASSWORD'],
    address: 'mysql://root:{MYSQL_ROOT_PASSWORD}@localhost:{3306}',
  },
  {
    ...{ id: 'mariadb', title: 'MariaDB', text: 'Relational database', image: 'mariadb:11' },
    ports: [3306],
    data: '/var/lib/mysql',
    passwords: ['MARIADB_ROOT_PASSWORD'],
    address: 'mysql://root:{MARIADB_ROOT_PASSWORD}@localhost:{3306}',
  },
  {
    ...{ id: 'mongo', title: 'MongoDB', text: 'Document database', image: 'mongo:8' },
    ports: [27017],
    data: '/data/db',
    env: { MONGO_INITDB_ROOT_USERNAME: 'root' },
    passwords: ['MONGO_INITDB_ROOT_PASSWORD'],
    address: 'mongodb://root:{MONGO_INITDB_ROOT_PASSWORD}@localhost:{27017}',
  },
  {
    ...{ id: 'redis', title: 'Redis', text: 'Key-value store and cache', image: 'redis:8' },
    ports: [6379],
    data: '/data',
    address: 'redis://localhost:{6379}',
  },
  {
    ...{ id: 'valkey', title: 'Valkey', text: 'Key-value store', image: 'valkey/valkey:8' },
    ports: [6379],
    data: '/data',
    address: 'redis://localhost:{6379}',
  },
  {
    ...{ id: 'memcached', title: 'Memcached', text: 'Cache in memory', image: 'memcached:1' },
    ports: [11211],
  },
  {
    ...{ id: 'nginx', title: 'nginx', text: 'Web server and reverse proxy', image: 'nginx:1' },
    ports: [80],
  },
  {
    ...{ id: 'httpd', title: 'Apache', text: 'Web server', image: 'httpd:2.4' },
    ports: [80],
  },
  {
    ...{ id: 'caddy', title: 'Caddy', text: 'Web server', image: 'caddy:2' },
    ports: [80],
    data: '/data',
  },
  {
    ...{ id: 'gitea', title: 'Gitea', text: 'Git server', image: 'gitea/gitea:1' },
    ports: [3000],
    data: '/data',
  },
  {
    ...{ id: 'adminer', title: 'Adminer', text: 'Database manager', image: 'adminer:5' },
    ports: [8080],
  },
  {
    ...{ id: 'rabbitmq', title: 'RabbitMQ', text: 'Message broker' },
    image: 'rabbitmq:4-management',
    ports: [15672, 5672],
    data: '/var/lib/rabbitmq',
    env: { RABBITMQ_DEFAULT_USER: 'admin' },
    passwords: ['RABBITMQ_DEFAULT_PASS'],
    address: 'amqp://admin:{RABBITMQ_DEFAULT_PASS}@localhost:{5672}',
  },
  {
    ...{ id: 'nats', title: 'NATS', text: 'Message broker', image: 'nats:2' },
    ports: [4222, 8222],
    address: 'nats://localhost:{4222}',
  },
  {
    ...{ id: 'elasticsearch', title: 'Elasticsearch', text: 'Search engine' },
    image: 'elasticsearch:9.1.3',
    ports: [9200],
    data: '/usr/share/elasticsearch/data',
    env: {
      'discovery.type': 'single-node',
      'xpack.security.enabled': 'false',
      ES_JAVA_OPTS: '-Xms512m -Xmx512m',
    },
  },
  {
    ...{ id: 'influxdb', title: 'InfluxDB', text: 'Time series database', image: 'influxdb:2' },
    ports: [8086],
    data: '/var/lib/influxdb2',
  },
  {
    ...{ id: 'grafana', title: 'Grafana', text: 'Dashboards', image: 'grafana/grafana:12.1.0' },
    ports: [3000],
    data: '/var/lib/grafana',
    env: { GF_SECURITY_ADMIN_USER: 'admin' },
    passwords: ['GF_SECURITY_ADMIN_PASSWORD'],
  },
  {
    ...{ id: 'prometheus', title: 'Prometheus', text: 'Metrics and alerts' },
    image: 'prom/prometheus:v3.5.0',
    ports: [9090],
    data: '/prometheus',
  },
  {
    ...{ id: 'keycloak', title: 'Keycloak', text: 'Login server' },
    image: 'quay.io/keycloak/keycloak:26.3',
    ports: [8080],
    env: { KC_BOOTSTRAP_ADMIN_USERNAME: 'admin' },
    passwords: ['KC_BOOTSTRAP_ADMIN_PASSWORD'],
    command: 'start-dev',
  },
  {
    ...{ id: 'mailpit', title: 'Mailpit', text: 'Test mail server' },
    image: 'axllent/mailpit:latest',
    ports: [8025, 1025],
  },
  {
    ...{ id: 'registry', title: 'Registry', text: 'Image registry', image: 'registry:3' },
    ports: [5000],
    data: '/var/lib/registry',
  },
];
