/** What the updater was doing when it failed. */
export type UpdateStep = 'check' | 'download' | 'install';

const doing: Readonly<Record<UpdateStep, string>> = {
  check: "Berth couldn't check for updates",
  download: "Berth couldn't download the update",
  install: "Berth couldn't install the update",
};

/**
 * A failure of the updater for people: what happened, why, and what to do. The updater's own messages
 * have stacks, headers and digests, which belong in the log.
 */
export function updateFailure(error: Error, step: UpdateStep): string {
  return `${doing[step]}: ${reason(error, step)}`;
}

function reason(error: Error, step: UpdateStep): string {
  const code = codeOf(error);
  if (code === 'ERR_CHECKSUM_MISMATCH' || code === 'ERR_UPDATER_INVALID_SIGNATURE') {
    const wrong = code === 'ERR_CHECKSUM_MISMATCH' ? 'checksum' : 'signature';
    return `the downloaded file has the wrong ${wrong}, so Berth deleted it. Try again later.`;
  }
  const status = /^HTTP_ERROR_(\d+)$/.exec(code)?.[1];
  if (code === 'ERR_UPDATER_CHANNEL_FILE_NOT_FOUND' || status === '404') {
    return 'the update server has no version for this system. Try again later.';
  }
  if (status) return `the update server answered with error ${status}. Try again later.`;
  const network = /net::(ERR_\w+)/.exec(error.message)?.[1] ?? networkCode.exec(code)?.[0];
  if (network) {
    return `the update server can't be reached (${network}). Check your internet connection and proxy, then try again.`;
  }
  const [first = ''] = error.message.split('\n');
  const next = step === 'install' ? 'Download the new version and install it yourself.' : '';
  return [`${first.replace(/\.$/, '')}.`, next].filter(Boolean).join(' ');
}

const networkCode = /^E(CONN\w+|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN|PIPE)$/;

const codeOf = (error: Error) =>
  'code' in error && typeof error.code === 'string' ? error.code : '';
