import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { run } from '../../../runtime/process/program.ts';

/** A server of git repositories over HTTP, until disposed of. */
export interface GitServer extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** The `Authorization` headers of all requests. */
  readonly authorizations: (string | undefined)[];
}

const env = {
  ...{ GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a' },
  ...{ GIT_COMMITTER_EMAIL: 'a@b', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  ...{ GIT_AUTHOR_DATE: '2020-01-02T03:04:05Z', GIT_COMMITTER_DATE: '2020-01-02T03:04:05Z' },
};

/** Runs git as somebody who works on a repository. */
export const git = (directory: string, ...args: readonly string[]) =>
  run('git', ['-C', directory, '-c', 'protocol.file.allow=always', ...args], { env });

/** Serves the repositories of a directory with git's own program. */
export async function serveGit(directory: string): Promise<GitServer> {
  const backend = join((await run('git', ['--exec-path'])).trim(), 'git-http-backend');
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    const { pathname, search } = new URL(request.url ?? '/', 'http://server');
    const child = spawn(backend, {
      env: {
        ...{ GIT_PROJECT_ROOT: directory, GIT_HTTP_EXPORT_ALL: '1', PATH_INFO: pathname },
        ...{ REQUEST_METHOD: request.method ?? '', QUERY_STRING: search.slice(1) },
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        PATH: process.env.PATH,
        // The directory can belong to another user.
        ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' },
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    request.pipe(child.stdin);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf('\r\n\r\n');
      for (const line of answer.subarray(0, end).toString().split('\r\n')) {
        const [name = '', value = ''] = line.split(/: */, 2);
        if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      response.end(answer.subarray(end + 4));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    authorizations,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
