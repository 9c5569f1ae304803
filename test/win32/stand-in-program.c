// A program of a test on Windows, where a script can't be a program. PROGRAM.answers, beside PROGRAM.exe, has
// one answer per line: the word that the arguments contain (empty: any arguments), the exit code, whether to
// read the input to its end (0 or 1), and the output, separated by tabs. In the output, \n is a line break.
// If no answer fits, the program runs the command line in PROGRAM.runs with its own arguments after it.
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_text(const WCHAR *base, const WCHAR *ending) {
  WCHAR path[4096];
  _snwprintf(path, 4095, L"%ls%ls", base, ending);
  FILE *file = _wfopen(path, L"rb");
  if (!file) return NULL;
  static const int limit = 1 << 20;
  char *text = calloc(1, limit);
  fread(text, 1, limit - 1, file);
  fclose(file);
  return text;
}

static char *to_utf8(const WCHAR *wide) {
  int length = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
  char *text = malloc(length);
  WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, length, NULL, NULL);
  return text;
}

static WCHAR *to_wide(const char *text) {
  int length = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
  WCHAR *wide = malloc(length * sizeof(WCHAR));
  MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, length);
  return wide;
}

// The command line after the program's own name.
static const WCHAR *own_arguments(void) {
  const WCHAR *line = GetCommandLineW();
  int quoted = 0;
  for (; *line && (quoted || (*line != L' ' && *line != L'\t')); line++)
    if (*line == L'"') quoted = !quoted;
  while (*line == L' ' || *line == L'\t') line++;
  return line;
}

static void print(const char *text) {
  DWORD written;
  HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
  for (; *text; text++) {
    int is_break = text[0] == '\\' && text[1] == 'n';
    WriteFile(output, is_break ? "\n" : text, 1, &written, NULL);
    if (is_break) text++;
  }
}

static void read_input(void) {
  char data[4096];
  DWORD length;
  while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), data, sizeof data, &length, NULL) && length) continue;
}

static void answer(char *answers, const char *arguments) {
  char *padded = malloc(strlen(arguments) + 3);
  sprintf(padded, " %s ", arguments);
  for (char *line = answers; line && *line;) {
    char *next = strchr(line, '\n');
    if (next) *next++ = 0;
    char *code = strchr(line, '\t');
    char *reads = code ? strchr(code + 1, '\t') : NULL;
    char *output = reads ? strchr(reads + 1, '\t') : NULL;
    if (!output) ExitProcess(125);
    *code++ = *reads++ = *output++ = 0;
    char word[4096];
    snprintf(word, sizeof word, " %s ", line);
    if (!*line || strstr(padded, word)) {
      print(output);
      if (*reads == '1') read_input();
      ExitProcess(atoi(code));
    }
    line = next;
  }
}

static DWORD run(const char *command, const char *arguments) {
  char *line = malloc(strlen(command) + strlen(arguments) + 2);
  sprintf(line, "%s %s", command, arguments);
  STARTUPINFOW start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
  start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
  start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
  start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
  // The other program ends with this one.
  HANDLE job = CreateJobObjectW(NULL, NULL);
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
  PROCESS_INFORMATION child;
  if (!CreateProcessW(NULL, to_wide(line), NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &start, &child)) return 126;
  AssignProcessToJobObject(job, child.hProcess);
  ResumeThread(child.hThread);
  WaitForSingleObject(child.hProcess, INFINITE);
  DWORD code;
  GetExitCodeProcess(child.hProcess, &code);
  return code;
}

int main(void) {
  static WCHAR base[4096];
  int length = GetModuleFileNameW(NULL, base, 4095);
  base[length - 4] = 0; // .exe
  const char *arguments = to_utf8(own_arguments());
  answer(read_text(base, L".answers"), arguments);
  const char *command = read_text(base, L".runs");
  return command ? run(command, arguments) : 127;
}
