/** Permissions as `ls` prints them, without the kind: `rwxr-xr-x`. */
export function formatMode(mode: number): string {
  const of = (bits: number, special: boolean, letter: string) => {
    const run = (bits & 1) !== 0;
    const last = special ? (run ? letter : letter.toUpperCase()) : run ? 'x' : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`;
  };
  return (
    of((mode >> 6) & 7, (mode & 0o4000) !== 0, 's') +
    of((mode >> 3) & 7, (mode & 0o2000) !== 0, 's') +
    of(mode & 7, (mode & 0o1000) !== 0, 't')
  );
}
