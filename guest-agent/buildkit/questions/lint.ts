import { DockerfileError } from '../../build/dockerfile/parse.ts';
import { quoteLines } from '../../contract/quoted-lines.ts';
import { EngineError } from '../../errors.ts';
import { checkOptions } from '../checks/check-options.ts';
import { Report, type Warning } from '../checks/report.ts';
import { examine } from './examine.ts';
import type { QuestionContext } from './question-context.ts';
import { type Answer, location, resultAnswer } from './result-answer.ts';

/** `docker build --check`: the warnings about all stages, or about those that a target needs. */
export async function lintDockerfile(context: QuestionContext): Promise<Answer> {
  const { definition, request } = context;
  const { text, filename } = definition;
  const options = checkOptions(text, request.buildArgs.BUILDKIT_DOCKERFILE_CHECK);
  const warnings: Warning[] = [];
  const report = new Report(options, (warning) => warnings.push(warning));
  let failure: EngineError | undefined;
  try {
    await examine(context, report, { allStages: request.target === '' });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    failure = error;
  }
  const document = {
    warnings: warnings.length > 0 ? warnings.map(warningDocument) : null,
    sources: [{ filename, data: Buffer.from(text).toString('base64'), language: 'Dockerfile' }],
    ...(failure && { buildError: { message: failure.message, location: placeOf(failure) } }),
  };
  const sorted = warnings.toSorted((one, other) => one.lines[0] - other.lines[0]);
  return {
    ...resultAnswer(document, sorted.map((each) => warningText(each, definition)).join('')),
    'result.statuscode': warnings.length > 0 || failure !== undefined ? '1' : '0',
  };
}

function warningDocument({ rule, description, url, message, lines }: Warning) {
  return {
    ...{ ruleName: rule, description, ...(url && { url }), detail: message },
    location: location(lines),
  };
}

function placeOf(error: EngineError) {
  if (!(error instanceof DockerfileError) || error.line <= 0) return {};
  return location([error.line, error.endLine]);
}

function warningText(
  { rule, url, message, lines }: Warning,
  { filename, text }: QuestionContext['definition'],
): string {
  const title = `\nWARNING: ${rule}${url && ` - ${url}`}\n${message}\n`;
  return title + quoteLines(filename, text, lines);
}
