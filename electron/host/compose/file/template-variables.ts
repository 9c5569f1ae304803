import { isRecord } from '../../base/is-record.ts';
import { type TemplateVariable, templateVariables } from './interpolate.ts';

/** The variables in all texts of a model, by name. A name that occurs more than once has the details of each. */
export function variablesOf(model: unknown): Map<string, TemplateVariable> {
  const found = new Map<string, TemplateVariable>();
  collect(model, found);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function collect(value: unknown, found: Map<string, TemplateVariable>): void {
  if (typeof value === 'string') {
    for (const variable of templateVariables(value)) add(variable, found);
  } else if (Array.isArray(value)) for (const item of value) collect(item, found);
  else if (isRecord(value)) for (const item of Object.values(value)) collect(item, found);
}

function add(variable: TemplateVariable, found: Map<string, TemplateVariable>): void {
  const before = found.get(variable.name);
  found.set(variable.name, {
    name: variable.name,
    defaultValue: variable.defaultValue || before?.defaultValue || '',
    presenceValue: variable.presenceValue || before?.presenceValue || '',
    required: variable.required || (before?.required ?? false),
  });
  collect(variable.defaultValue, found);
  collect(variable.presenceValue, found);
}
