const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Long for a call that an idle engine answers at once, even in an emulated machine under load. */
const usual = 5 * MINUTE;
/** For calls that move data before they answer: they remove, copy, count, download or build. */
const long = 60 * MINUTE;

/** Calls whose first answer may take as long as their work does. */
const longCalls = [
  /^DELETE /,
  /^POST \/(build|commit|sleep)$/,
  /^POST \/\w+\/prune$/,
  /^POST \/images\/(create|load)$/,
  /^POST \/images\/.+\/push$/,
  /^PUT \/.+\/archive$/,
  // The first start copies what the image has into empty volumes.
  /^POST \/containers\/.+\/start$/,
  // These walk the files of containers and volumes for their sizes.
  /^GET \/(system\/df|prune)$/,
  /^GET \/images\/(get|.+\/get|json)$/,
  /^GET \/containers\/(json|.+\/(json|changes|export|archive))$/,
  /^GET \/volumes\/.+\/archive$/,
];

const ending = /^POST \/containers\/.+\/(stop|restart)$/;

/**
 * How long an engine that is alive may take until the head of its answer, in milliseconds. `path`
 * has no version and no query. Undefined: for as long as the user wants, as `stop -t -1` does.
 */
export function answerLimit(
  method: string,
  path: string,
  query: Readonly<Record<string, unknown>> = {},
): number | undefined {
  const call = `${method} ${path}`;
  if (ending.test(call)) {
    // Without `t`, the container's own time counts.
    const seconds = query.t === undefined ? long / SECOND : Number(query.t);
    return seconds < 0 ? undefined : seconds * SECOND + usual;
  }
  return longCalls.some((each) => each.test(call)) ? long : usual;
}
