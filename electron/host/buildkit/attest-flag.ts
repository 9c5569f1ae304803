import { parseFields } from '../../../guest-agent/grammar/csv-fields.ts';
import { goBoolean } from '../../../guest-agent/grammar/go-boolean.ts';
import { splitEntry } from '../../../guest-agent/grammar/key-values.ts';
import { HostError } from '../base/errors.ts';

/** The attestations that a client asks for, in the words of `docker buildx build`. */
export interface AttestFlags {
  /** `type=sbom,generator=image` */
  readonly attest?: readonly string[] | undefined;
  /** `true`, `false`, or parameters such as `mode=max`. */
  readonly provenance?: string | undefined;
  readonly sbom?: string | undefined;
}

/** Returns the frontend's attributes. Throws HostError 'invalid' in buildx's words. */
export function attestAttributes({
  attest = [],
  provenance,
  sbom,
}: AttestFlags): Record<string, string> {
  const all = [...attest, ...shorthand('provenance', provenance), ...shorthand('sbom', sbom)];
  const seen = new Set<string>();
  const wanted: Record<string, string> = {};
  for (const text of all) {
    const fields = parseFields(text).map((field) => {
      const [name, value] = splitEntry(field);
      if (value === undefined) {
        throw new HostError('invalid', `invalid value ${field}`, {
          hint: 'Write it as KEY=VALUE, such as type=provenance,mode=max.',
        });
      }
      return { name: name.trim().toLowerCase(), value, field };
    });
    const type = fields.find(({ name }) => name === 'type')?.value ?? '';
    if (type === '') throw new HostError('invalid', 'attestation type not specified');
    if (seen.has(type)) throw new HostError('invalid', `duplicate attestation field ${type}`);
    seen.add(type);
    const disabled = fields.find(({ name }) => name === 'disabled')?.value ?? 'false';
    const isDisabled = goBoolean(disabled);
    if (isDisabled === undefined) {
      throw new HostError('invalid', `invalid value ${disabled} for disabled`);
    }
    const parameters = fields.filter(({ name }) => name !== 'type' && name !== 'disabled');
    if (!isDisabled) wanted[`attest:${type}`] = parameters.map(({ field }) => field).join(',');
  }
  return wanted;
}

function shorthand(type: string, value: string | undefined): string[] {
  if (value === undefined || value === '') return [];
  const isWanted = goBoolean(value);
  return [isWanted === undefined ? `type=${type},${value}` : `type=${type},disabled=${!isWanted}`];
}
