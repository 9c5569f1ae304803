/** Variables that note which of their names were read, and which of these have no value. */
export class ReadVariables extends Map<string, string> {
  readonly found = new Set<string>();
  readonly missing = new Set<string>();

  override get(name: string): string | undefined {
    const value = super.get(name);
    (value === undefined ? this.missing : this.found).add(name);
    return value;
  }
}
