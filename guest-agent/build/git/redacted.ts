/**
 * A text for people, for logs and for records: its addresses have no passwords, and no names that
 * can be tokens. The name of an SSH user stays.
 */
export function redacted(text: string): string {
  return text.replace(CREDENTIALS, (whole, scheme: string, user: string, password?: string) => {
    if (password === undefined) return /^ssh:/i.test(scheme) ? whole : `${scheme}xxxxx@`;
    return `${scheme}${user === '' ? '' : 'xxxxx'}:xxxxx@`;
  });
}

/** What precedes the last `@` before the path. A password may have an `@` that isn't escaped. */
const CREDENTIALS = /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*:\/\/)([^\s/?#:"'`]*)(:[^\s/?#"'`]*)?@/gi;
