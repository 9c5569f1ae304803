/** Why a person can't read the message of an error, or undefined. */
export function unclear(message: string): string | undefined {
  if (/\bE[A-Z]{2,}: |injected/.test(message)) return 'the error has words of Node';
  if (/\/(var\/lib|run)\/berth\//.test(message)) return 'the error has paths of the engine';
  if (/TypeError|undefined|\[object|Cannot read prop|\n {4}at /.test(message)) {
    return "the error has words of the engine's code";
  }
  if (/hangs: no whole answer/.test(message)) return 'no answer';
  return undefined;
}
