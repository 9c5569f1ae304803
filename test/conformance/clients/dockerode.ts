import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import Docker from 'dockerode';

/** The life of a container through `dockerode`. */
const docker = new Docker({ socketPath: process.env.DOCKER_HOST?.replace('unix://', '') });

const container = await docker.createContainer({
  ...{ Image: 'box', name: 'dockerode', Tty: false, OpenStdin: true, StdinOnce: true },
  Cmd: ['cat'],
});
console.log('created');
const stream = await container.attach({ stream: true, stdin: true, stdout: true, hijack: true });
const stdout = new PassThrough();
docker.modem.demuxStream(stream, stdout, stdout);
stream.on('end', () => stdout.end());
await container.start();
stream.end('hello\n');
process.stdout.write(await text(stdout));
console.log((await container.wait()).StatusCode);
await container.remove();

const running = await docker.createContainer({ Image: 'box', Cmd: ['sleep', '1000'] });
await running.start();
const exec = await running.exec({ Cmd: ['echo', 'exec: inside'], AttachStdout: true });
const output = await exec.start({});
const plain = new PassThrough();
docker.modem.demuxStream(output, plain, plain);
output.on('end', () => plain.end());
process.stdout.write(await text(plain));
const images = await docker.listImages();
console.log(`images: ${images.some(({ RepoTags }) => RepoTags?.includes('box:latest'))}`);
await running.remove({ force: true });
console.log('removed');
