/** BuildKit's words, which count at an underscore or at an end of the name. */
const SECRET = words(
  ...['apikey', 'auth', 'credential', 'credentials', 'key', 'password', 'pword', 'passwd'],
  ...['secret', 'token'],
);
const HARMLESS = words('public', 'file', 'version');

/** Whether a variable's name says that its value is secret: `GITHUB_TOKEN`, `password`. */
export function namesSecret(name: string): boolean {
  return SECRET.test(name) && !HARMLESS.test(name);
}

function words(...all: readonly string[]): RegExp {
  return new RegExp(`(?:_|^)(?:${all.join('|')})(?:_|$)`, 'i');
}
