import { ANSWER_VERSION, type Answer, resultAnswer } from './result-answer.ts';
import { textTable } from './text-table.ts';

const metadata = ['result.json', 'result.txt'].map((name) => ({ name, description: '' }));

/** As BuildKit's list, which doesn't have `frontend.lint`. */
const questions = [
  {
    name: 'frontend.outline',
    description: 'List all parameters current build target supports',
    opts: [{ name: 'target', description: 'Target build stage' }],
  },
  { name: 'frontend.targets', description: 'List all targets current build supports', opts: [] },
  {
    name: 'frontend.subrequests.describe',
    description: 'List available subrequest types',
    opts: null,
  },
];

/** `docker build --call subrequests.describe` */
export function describeQuestions(): Answer {
  const document = questions.map(({ name, description, opts }) => ({
    ...{ name, version: ANSWER_VERSION, type: 'rpc', description, opts },
    ...{ inputs: null, metadata, refs: null },
  }));
  const rows = document.map(({ name, version, description }) => [
    ...[name.replace(/^frontend\./, ''), version, description],
  ]);
  return resultAnswer(document, textTable([['NAME', 'VERSION', 'DESCRIPTION'], ...rows], 1));
}
