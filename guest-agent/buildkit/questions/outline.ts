import { planBuild } from '../../build/stages.ts';
import { checkOptions } from '../checks/check-options.ts';
import { describing, readComments } from '../checks/comments.ts';
import { type Lines, linesOf } from '../checks/report.ts';
import { statusReport } from '../frontend/status-report.ts';
import { examine } from './examine.ts';
import { globalArguments } from './global-arguments.ts';
import type { QuestionContext } from './question-context.ts';
import { type Answer, location, resultAnswer } from './result-answer.ts';
import { StageInputs } from './stage-inputs.ts';
import { textTable } from './text-table.ts';

/** `docker build --call outline`: what a user can give to the target. */
export async function outlineDockerfile(context: QuestionContext): Promise<Answer> {
  const { job, definition, request } = context;
  const { text } = definition;
  const given = request.buildArgs;
  const options = checkOptions(text, given.BUILDKIT_DOCKERFILE_CHECK);
  const report = statusReport(job, definition, options);
  const examined = await examine(context, report, { allStages: false });
  const { dockerfile, stages, globals } = examined;
  const { escapeChar } = dockerfile;
  const declarations = planBuild(dockerfile, '').globals;
  const inputs = new StageInputs(
    examined,
    globalArguments(declarations, given, globals, escapeChar),
  );
  inputs.collect(stages.length - 1);

  const commentsOf = readComments(text, dockerfile);
  const args = inLineOrder([...inputs.args.values()], ({ instruction }) => linesOf(instruction));
  const target = stages.at(-1);
  const name = target?.name ?? '';
  const document = {
    ...(name && { name }),
    ...optional('description', target && describing(commentsOf(target.from), name)),
    ...list(
      'args',
      args.map(({ name, value, instruction }) => ({
        name,
        ...optional('description', describing(commentsOf(instruction), name)),
        ...optional('value', value),
        location: location(linesOf(instruction)),
      })),
    ),
    ...list('secrets', needed(inputs.secrets)),
    ...list('ssh', needed(inputs.agents)),
    sources: [Buffer.from(text).toString('base64')],
  };
  return resultAnswer(document, outlineText(document));
}

type Needed = Readonly<Record<'name', string>> & { readonly required?: true };

interface Outline {
  readonly name?: string;
  readonly description?: string;
  readonly args?: readonly { name: string; value?: string; description?: string }[];
  readonly secrets?: readonly Needed[];
  readonly ssh?: readonly Needed[];
}

function outlineText({ name = '', description = '', args, secrets, ssh }: Outline): string {
  const title = [
    ['TARGET:', name || '(default)'],
    ...(description === '' ? [] : [['DESCRIPTION:', description]]),
  ];
  const rows = (items: readonly Needed[]) =>
    items.map(({ name, required }) => [name, required ? 'true' : '']);
  return [
    name === '' && description === '' ? '' : `${textTable(title, 1)}\n`,
    args === undefined
      ? ''
      : `${textTable(
          [
            ['BUILD ARG', 'VALUE', 'DESCRIPTION'],
            ...args.map(({ name, value = '', description = '' }) => [name, value, description]),
          ],
          3,
        )}\n`,
    secrets === undefined ? '' : `${textTable([['SECRET', 'REQUIRED'], ...rows(secrets)], 3)}\n`,
    ssh === undefined ? '' : `${textTable([['SSH', 'REQUIRED'], ...rows(ssh)], 3)}\n`,
  ].join('');
}

function needed(items: StageInputs['secrets']) {
  return inLineOrder([...items], ([, { lines }]) => lines).map(([name, { isRequired, lines }]) => ({
    name,
    ...(isRequired && { required: true as const }),
    location: location(lines),
  }));
}

function inLineOrder<T>(items: readonly T[], lines: (item: T) => Lines): T[] {
  return items.toSorted((one, other) => lines(one)[0] - lines(other)[0]);
}

/** BuildKit leaves out what is empty. */
function optional<K extends string>(key: K, value: string | undefined) {
  return (value ? { [key]: value } : {}) as { [key in K]?: string };
}

function list<K extends string, T>(key: K, items: readonly T[]) {
  return (items.length > 0 ? { [key]: items } : {}) as { [key in K]?: readonly T[] };
}
