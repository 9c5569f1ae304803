import { group } from '../row.ts';

/** Libraries that programs use with an engine. These rows run on Berth only. */
export const clients = group('clients', [
  {
    run: 'node $CLIENTS/dockerode.ts',
    prints: 'created\nhello\n0\nexec: inside\nimages: true\nremoved\n',
  },
  {
    run: 'python3 $CLIENTS/docker-py.py',
    prints:
      "ping True\nrun b'hello\\n'\nexit 3\nlogs b'one\\ntwo\\n'\nexec b'inside\\n'\nvolumes ['py']\nremoved\nbuild ['Successfully tagged made:py\\n']\nbuilt b'built\\n'\n",
  },
  {
    run: 'node $CLIENTS/buildkit-builds.ts',
    prints:
      'moby.buildkit.trace moby.image.id\nsh -c cat /built; sleep 1000\nprocess "/bin/sh -c exit 5" did not complete successfully: exit code: 5\nbuilt\n',
  },
  { run: 'node $CLIENTS/testcontainers.ts', prints: 'PONG\nmapped\nstopped\n' },
]);
