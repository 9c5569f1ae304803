import { printed, templateFunctions, truth } from './functions.ts';
import { invalidTemplate } from './invalid-template.ts';
import { type Expression, type Node, parseTemplate } from './parse.ts';

interface Scope {
  readonly dot: unknown;
  readonly variables: Map<string, unknown>;
}

/**
 * Compiles a `--format` template: the subset of Go's text/template with if, with, range, variables,
 * pipelines and the functions of `functions.ts`. Both steps throw HostError 'invalid'. A field that
 * holds a function is a method: `{{.Label "name"}}`.
 */
export function compileTemplate(source: string): (data: unknown) => string {
  const nodes = parseTemplate(source);
  // `$` is the data that the template gets.
  return (data) => renderAll(nodes, { dot: data, variables: new Map([['', data]]) });
}

function renderAll(nodes: readonly Node[], scope: Scope): string {
  return nodes.map((node) => render(node, scope)).join('');
}

function render(node: Node, scope: Scope): string {
  if (node.kind === 'text') return node.text;
  const value = evaluate(node.value, scope);
  if (node.kind === 'output') return printed(value);
  if (node.kind === 'assign') {
    scope.variables.set(node.name, value);
    return '';
  }
  if (node.kind === 'range') return renderRange(node, value, scope);
  if (!truth(value)) return renderAll(node.otherwise, inner(scope, scope.dot));
  const variables = new Map(scope.variables);
  for (const name of node.variables) variables.set(name, value);
  return renderAll(node.body, { dot: node.kind === 'with' ? value : scope.dot, variables });
}

function renderRange(
  node: Extract<Node, { kind: 'range' | 'if' | 'with' }>,
  value: unknown,
  scope: Scope,
): string {
  const entries = entriesOf(value);
  if (entries.length === 0) return renderAll(node.otherwise, inner(scope, scope.dot));
  return entries
    .map(([key, item]) => {
      const variables = new Map(scope.variables);
      const [first, second] = node.variables;
      if (first !== undefined) variables.set(first, second === undefined ? item : key);
      if (second !== undefined) variables.set(second, item);
      return renderAll(node.body, { dot: item, variables });
    })
    .join('');
}

/** The entries that `range` visits: a list in its order, a map by its sorted keys. */
function entriesOf(value: unknown): [unknown, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  if (value === null || value === undefined) return [];
  if (typeof value === 'object') {
    return Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  }
  throw invalidTemplate(`"range" can't iterate over ${printed(value)}`);
}

const inner = (scope: Scope, dot: unknown): Scope => ({
  dot,
  variables: new Map(scope.variables),
});

function evaluate(expression: Expression, scope: Scope): unknown {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'dot':
      return scope.dot;
    case 'variable':
      if (!scope.variables.has(expression.name))
        throw invalidTemplate(`variable $${expression.name} is not defined`);
      return scope.variables.get(expression.name);
    case 'field':
      return field(evaluate(expression.of, scope), expression.name);
    case 'call': {
      const values = expression.arguments.map((argument) => evaluate(argument, scope));
      if (typeof expression.target === 'string') {
        const called = templateFunctions[expression.target];
        if (!called) throw invalidTemplate(`function "${expression.target}" is not defined`);
        return called(...values);
      }
      const target = evaluate(expression.target, scope);
      if (typeof target !== 'function')
        throw invalidTemplate("can't give arguments to a value that isn't a function");
      return target(...values);
    }
  }
}

function field(value: unknown, name: string): unknown {
  if (value !== null && typeof value === 'object' && Object.hasOwn(value, name)) {
    return (value as Record<string, unknown>)[name];
  }
  throw invalidTemplate(`field "${name}" doesn't exist`);
}
