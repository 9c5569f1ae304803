import type { Plugin } from 'esbuild';

/**
 * Replaces the module that compiles the schema of Compose files with the compiled code: compiling takes a
 * quarter of a second, and a bundle then needs neither the schema nor its compiler.
 */
export const compiledComposeSpecification: Plugin = {
  name: 'compiled-compose-specification',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]compose[\\/]specification[\\/]validate\.ts$/ }, async ({ path }) => {
      const { compileSpecification } = await import(
        '../electron/host/compose/specification/compile.ts'
      );
      const { default: standaloneCode } = await import('ajv/dist/standalone/index.js');
      const { ajv, validate } = compileSpecification({ code: true });
      const write = standaloneCode as unknown as typeof standaloneCode.default;
      return {
        contents: write(ajv, validate),
        loader: 'js',
        resolveDir: path.replace(/[^\\/]+$/, ''),
      };
    });
  },
};
