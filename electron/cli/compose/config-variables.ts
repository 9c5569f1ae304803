import { HostError } from '../../host/base/errors.ts';
import { goYaml } from '../../host/compose/file/go-yaml.ts';
import { variablesOf } from '../../host/compose/file/template-variables.ts';
import { renderTable } from '../table.ts';

/** The variables of a model: a table, JSON or YAML. */
export function variablesText(model: unknown, format = 'table'): string {
  const variables = [...variablesOf(model)];
  switch (format) {
    case 'table':
    case 'pretty': {
      const rows = variables.map(([name, { required, defaultValue, presenceValue }]) => [
        ...[name, String(required), defaultValue, presenceValue],
      ]);
      const header = ['NAME', 'REQUIRED', 'DEFAULT VALUE', 'ALTERNATE VALUE'];
      return renderTable([header, ...rows], 20);
    }
    case 'json': {
      const shown = variables.map(([name, { required, defaultValue, presenceValue }]) => [
        name,
        {
          Name: name,
          DefaultValue: defaultValue,
          PresenceValue: presenceValue,
          Required: required,
        },
      ]);
      return `${JSON.stringify(Object.fromEntries(shown), undefined, 4)}\n\n`;
    }
    case 'yaml': {
      const shown = variables.map(([name, { required, defaultValue, presenceValue }]) => [
        name,
        { name, defaultvalue: defaultValue, presencevalue: presenceValue, required },
      ]);
      return goYaml(Object.fromEntries(shown), 4);
    }
    default:
      throw new HostError(
        'invalid',
        `format value "${format}" could not be parsed: parsing failed`,
      );
  }
}
