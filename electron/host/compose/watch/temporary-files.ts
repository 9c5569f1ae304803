/** Files that editors and tools make for a moment, as Docker Compose leaves them out. */
export const TEMPORARY_FILES: readonly string[] = [
  // JetBrains
  ...['**/*___jb_old___', '**/*___jb_tmp___', '**/.idea/**'],
  // Emacs
  ...['**/.#*', '**/\\#*\\#'],
  // Vim
  ...['**/4913', '**/*~', '**/.*.swp', '**/.*.swx', '**/.*.swo', '**/.*.swn'],
  // Kate
  '**/.*.kate-swp',
  // Go's library
  '**/*-go-tmp-umask',
];
