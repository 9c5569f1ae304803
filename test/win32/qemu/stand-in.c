// qemu-system-x86_64.exe for tests under wine: a launcher on the host runs QEMU with these arguments.
// BERTH_TEST_QEMU=PORT:SECRET says where the launcher listens. Frames in both directions are a letter, the
// length in 4 bytes, and data. To the launcher: (a)rgument, (g)o with this process's ID, (i)nput, end of
// input (x). From the launcher: (o)utput, (e)rror output, exit code (r).
#include <winsock2.h>
#include <windows.h>
#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static SOCKET launcher;

static int receive(void *data, int length) {
  for (int done = 0; done < length;) {
    int count = recv(launcher, (char *)data + done, length - done, 0);
    if (count <= 0) return 0;
    done += count;
  }
  return 1;
}

static void transmit(char kind, const char *data, int length) {
  char header[5] = {kind, length >> 24, length >> 16, length >> 8, length};
  send(launcher, header, sizeof header, 0);
  for (int done = 0; done < length;) {
    int count = send(launcher, data + done, length - done, 0);
    if (count <= 0) ExitProcess(1);
    done += count;
  }
}

static DWORD WINAPI pass_input(void *unused) {
  HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
  char data[4096];
  DWORD length;
  while (input && input != INVALID_HANDLE_VALUE && ReadFile(input, data, sizeof data, &length, NULL) && length)
    transmit('i', data, length);
  transmit('x', NULL, 0);
  return 0;
}

int main(void) {
  int count;
  LPWSTR *arguments = CommandLineToArgvW(GetCommandLineW(), &count);
  const char *where = getenv("BERTH_TEST_QEMU");
  const char *secret = where ? strchr(where, ':') : NULL;
  WSADATA winsock;
  WSAStartup(0x202, &winsock);
  launcher = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(where ? atoi(where) : 0)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!secret || connect(launcher, (struct sockaddr *)&address, sizeof address)) {
    fprintf(stderr, "qemu stand-in: BERTH_TEST_QEMU doesn't name a launcher\n");
    return 1;
  }
  transmit('a', secret + 1, strlen(secret + 1));
  for (int index = 1; index < count; index++) {
    static char text[65536];
    int length = WideCharToMultiByte(CP_UTF8, 0, arguments[index], -1, text, sizeof text, NULL, NULL);
    transmit('a', text, length - 1);
  }
  char process[16];
  transmit('g', process, sprintf(process, "%lu", GetCurrentProcessId()));
  CreateThread(NULL, 0, pass_input, NULL, 0, NULL);
  for (;;) {
    unsigned char header[5];
    if (!receive(header, sizeof header)) return 1;
    int length = header[1] << 24 | header[2] << 16 | header[3] << 8 | header[4];
    char *data = malloc(length + 1);
    if (!receive(data, length)) return 1;
    data[length] = 0;
    DWORD written;
    if (header[0] == 'r') ExitProcess(atoi(data));
    WriteFile(GetStdHandle(header[0] == 'o' ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE), data, length, &written, NULL);
    free(data);
  }
}
