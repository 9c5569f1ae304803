/*
 * A program that only waits, for the container that holds the namespaces of a pod. It is a static
 * executable of some 200 bytes: a header, some instructions and the argument of one system call.
 */

const HEADER = 64;
const PROGRAM_HEADER = 56;
const CODE = HEADER + PROGRAM_HEADER;
const BASE = 0x400000;

/** `rt_sigaction(SIGCHLD, SIG_IGN)`, so that the kernel reaps orphans; then wait for ever. */
const programs = {
  x64: {
    machine: 62,
    actionAt: 160,
    code: Buffer.from(
      [
        'b80d000000', // mov eax, SYS_rt_sigaction
        'bf11000000', // mov edi, SIGCHLD
        'bea0004000', // mov esi, BASE + actionAt
        '31d2', // xor edx, edx
        '41ba08000000', // mov r10d, 8
        '0f05', // syscall
        'b822000000', // again: mov eax, SYS_pause
        '0f05', // syscall
        'ebf7', // jmp again
      ].join(''),
      'hex',
    ),
  },
  arm64: {
    machine: 183,
    actionAt: 176,
    code: words([
      0xd2800220, // mov x0, SIGCHLD
      0x100001a1, // adr x1, actionAt
      0xd2800002, // mov x2, 0
      0xd2800103, // mov x3, 8
      0xd28010c8, // mov x8, SYS_rt_sigaction
      0xd4000001, // svc 0
      0xd2800000, // again: mov x0, 0
      0xd2800001, // mov x1, 0
      0xd2800002, // mov x2, 0
      0xd2800003, // mov x3, 0
      0xd2800928, // mov x8, SYS_ppoll
      0xd4000001, // svc 0
      0x17fffffa, // b again
    ]),
  },
} as const;

/** The executable (elf(5)) for this machine's processor. */
export function pauseProgram(arch: string = process.arch): Buffer {
  const { machine, actionAt, code } = programs[arch === 'arm64' ? 'arm64' : 'x64'];
  // `struct sigaction` begins with the handler. SIG_IGN is 1; the other fields are 0.
  const size = actionAt + 32;
  const file = Buffer.alloc(size);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeUInt16LE(2, 16); // an executable with fixed addresses
  file.writeUInt16LE(machine, 18);
  file.writeUInt32LE(1, 20); // version
  file.writeBigUInt64LE(BigInt(BASE + CODE), 24); // entry point
  file.writeBigUInt64LE(BigInt(HEADER), 32);
  file.writeUInt16LE(HEADER, 52);
  file.writeUInt16LE(PROGRAM_HEADER, 54);
  file.writeUInt16LE(1, 56); // one program header
  file.writeUInt32LE(1, HEADER); // to be loaded
  file.writeUInt32LE(5, HEADER + 4); // readable and executable
  file.writeBigUInt64LE(BigInt(BASE), HEADER + 16);
  file.writeBigUInt64LE(BigInt(BASE), HEADER + 24);
  file.writeBigUInt64LE(BigInt(size), HEADER + 32);
  file.writeBigUInt64LE(BigInt(size), HEADER + 40);
  file.writeBigUInt64LE(0x10000n, HEADER + 48);
  code.copy(file, CODE);
  file.writeBigUInt64LE(1n, actionAt);
  return file;
}

function words(instructions: readonly number[]): Buffer {
  const code = Buffer.alloc(instructions.length * 4);
  for (const [index, word] of instructions.entries()) code.writeUInt32LE(word, index * 4);
  return code;
}
