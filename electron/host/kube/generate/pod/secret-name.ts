const SECRET = /(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY)$/i;

/** Whether a variable or a file with this name has a value that shouldn't be in a shared manifest. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name.replace(/\.txt$/, '').replaceAll('-', '_'));
}
