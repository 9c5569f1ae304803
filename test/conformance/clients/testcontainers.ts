import { connect } from 'node:net';
import { GenericContainer, Wait } from 'testcontainers';

/**
 * Testcontainers with a Redis, but without its cleanup container, whose image isn't in the
 * registry.
 */
process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';

const container = await new GenericContainer('redis')
  .withExposedPorts(6379)
  .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
  .start();
const { output } = await container.exec(['redis-cli', 'ping']);
process.stdout.write(output);
const socket = connect(container.getMappedPort(6379), container.getHost());
await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
socket.destroy();
console.log('mapped');
await container.stop();
console.log('stopped');
