import { complaints } from '../home/hypervisor-log.ts';

/** vfkit's last complaint, without its time and level. The cause of an exit comes last. */
export function vfkitWords(log: string): string | undefined {
  const line = complaints(log).at(-1);
  const quoted = /^time=\S+ level=(?:error|fatal) msg=(".*")/.exec(line ?? '')?.[1];
  return (quoted === undefined ? line : unquoted(quoted))?.replace(/^Error: /, '');
}

/** The words mean that this host can't run VMs with Apple's framework. */
export function isUnsupported(words: string): boolean {
  return /com\.apple\.security\.virtualization|not supported on this|virtualization is not (?:available|supported)|VZErrorVirtualMachineLimitExceeded/i.test(
    words,
  );
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Go escapes more characters than JSON.
    return text.slice(1, -1);
  }
}
