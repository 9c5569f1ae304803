const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Generous for a call that an idle engine answers immediately, even under emulation and load. */
const usual = 5 * MINUTE;
/** For calls that work before they answer: they remove, copy, count, download or build. */
const long = 60 * MINUTE;

/** Calls that answer only after their work. */
const longCalls = [
  /^DELETE /,
  /^POST \/(build|commit|sleep)$/,
  /^POST \/\w+\/prune$/,
  /^POST \/images\/(create|load)$/,
  /^POST \/images\/.+\/push$/,
  /^PUT \/.+\/archive$/,
  // The first start copies the image's files into empty volumes.
  /^POST \/containers\/.+\/start$/,
  // These read all files of containers and volumes to compute sizes.
  /^GET \/(system\/df|prune)$/,
  /^GET \/images\/(get|.+\/get|json)$/,
  /^GET \/containers\/(json|.+\/(json|changes|export|archive))$/,
  /^GET \/volumes\/.+\/archive$/,
];

const ending = /^POST \/containers\/.+\/(stop|restart)$/;

/**
 * The longest time until a live engine sends the head of its answer, in milliseconds. `path` has no
 * version or query. Undefined means no limit, as with `stop -t -1`.
 */
export function answerLimit(
  method: string,
  path: string,
  query: Readonly<Record<string, unknown>> = {},
): number | undefined {
  const call = `${method} ${path}`;
  if (ending.test(call)) {
    // Without `t`, the container's own stop timeout applies.
    const seconds = query.t === undefined ? long / SECOND : Number(query.t);
    return seconds < 0 ? undefined : seconds * SECOND + usual;
  }
  return longCalls.some((each) => each.test(call)) ? long : usual;
}
