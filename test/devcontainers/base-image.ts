import { packLayer } from '../../vm-image/starter/layer.ts';
import { boxLayer, imageOf, pushImages } from '../conformance/images.ts';

/** The user of the dev containers, who isn't root. */
export const devUser = 'dev';

const accounts = ['root:x:0:0:root:/root:/bin/sh', `${devUser}:x:1000:1000::/home/dev:/bin/sh`];

/**
 * Pushes a small image with an ordinary user to the registry at `host`, as `dev-base:1`. Dev
 * Containers read the files of an ordinary distribution in it.
 */
export async function publishDevBase(directory: string, host: string): Promise<void> {
  const users = await packLayer([
    { type: 'file', name: 'etc/passwd', content: `${accounts.join('\n')}\n` },
    { type: 'file', name: 'etc/group', content: `root:x:0:\n${devUser}:x:1000:\n` },
    { type: 'file', name: 'etc/os-release', content: 'ID=box\nNAME="Box"\nVERSION_ID="1"\n' },
    { type: 'file', name: 'etc/profile', content: '' },
    // A layer's files belong to root.
    { type: 'directory', name: 'home/dev', mode: 0o777 },
  ]);
  const image = imageOf([await boxLayer(), users], { Cmd: ['sh'] });
  await pushImages(directory, host, { 'dev-base': image });
}
