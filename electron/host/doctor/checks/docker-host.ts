import { type Shell, shellOf } from '../../../../guest-agent/grammar/shell-words.ts';
import { dockerHost } from '../../docker-cli/docker-context.ts';
import { type Check, ok, warn } from '../check.ts';

/** Whether DOCKER_HOST points `docker` to another engine. */
export const createDockerHostCheck = (platform: NodeJS.Platform): Check => ({
  name: 'DOCKER_HOST',
  async run({ host, environment }) {
    const value = environment.DOCKER_HOST;
    if (!value) return ok('not set');
    if (value === dockerHost(host.machine.engineSocket)) return ok('leads to this VM');
    const user = /\/\/[^/@]*@/;
    return warn(
      `is ${value.replace(user, '//…@')}, so docker doesn't use this VM`,
      `Unset DOCKER_HOST, or run \`${evaluate[shellOf(platform)]}\`.`,
    );
  },
});

/** How each shell runs the commands that another command prints. */
const evaluate: Readonly<Record<Shell, string>> = {
  posix: 'eval "$(berth env)"',
  powershell: 'berth env | Out-String | Invoke-Expression',
};

export const dockerHostVariable = createDockerHostCheck(process.platform);
