import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scaled, type Workload } from './workload.ts';

const FILES = 500;
const HEADERS = 50;

const project = (directory: string) => join(directory, 'project');

function make(directory: string, ...words: string[]): void {
  execFileSync('make', ['-C', project(directory), '--silent', '-j2', ...words], { stdio: 'pipe' });
}

/** Compiling a C project of 500 files, of which each includes 10 of 50 headers. */
export const compile: Workload = {
  prepare: (directory, scale) => {
    const files = scaled(FILES, scale);
    const write = (name: string, lines: readonly string[]) =>
      writeFileSync(join(project(directory), name), `${lines.join('\n')}\n`);
    mkdirSync(join(project(directory), 'include'), { recursive: true });
    for (let index = 0; index < HEADERS; index++) {
      write(`include/part-${index}.h`, [
        '#pragma once',
        ...Array.from({ length: 20 }, (_, each) => `int part_${index}_${each}(int);`),
      ]);
    }
    for (let index = 0; index < files; index++) {
      const headers = Array.from({ length: 10 }, (_, each) => (index + each * 7) % HEADERS);
      write(`unit-${index}.c`, [
        ...headers.map((header) => `#include "include/part-${header}.h"`),
        `int unit_${index}(int x) { for (int i = 0; i < 9; i++) x += x * i; return x + ${index}; }`,
      ]);
    }
    write('main.c', ['int unit_0(int);', 'int main(void) { return unit_0(0); }']);
    write('Makefile', [
      `OBJECTS := main.o $(foreach n,$(shell seq 0 ${files - 1}),unit-$(n).o)`,
      'program: $(OBJECTS); gcc -o $@ $^',
      '%.o: %.c; gcc -O1 -MMD -c -o $@ $<',
      'clean: ; rm -f *.o *.d program',
      '-include $(OBJECTS:.o=.d)',
    ]);
    make(directory);
    make(directory, 'clean');
  },
  steps: {
    compiled: { run: (directory) => make(directory) },
    'found up to date': { run: (directory) => make(directory) },
  },
};
