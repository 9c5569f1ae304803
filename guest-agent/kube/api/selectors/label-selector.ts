import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { KubeError } from '../../kube-error.ts';

type Labels = NonNullable<ObjectMeta['labels']>;
type Requirement = (labels: Labels) => boolean;

const SET = /^(?<key>[^\s!=,()]+)\s+(?<operator>in|notin)\s*\((?<values>[^)]*)\)$/;
const EQUALITY = /^(?<key>[^\s!=,()]+)\s*(?<operator>==|=|!=)\s*(?<value>[^\s!=,()]*)$/;
const COMPARISON = /^(?<key>[^\s!=,()<>]+)\s*(?<operator>[<>])\s*(?<value>-?\d+)$/;
const EXISTENCE = /^(?<not>!?)\s*(?<key>[^\s!=,()<>]+)$/;

/** Reads a selector such as `app=web,tier in (a, b),!old`. Throws KubeError 'BadRequest'. */
export function parseLabelSelector(text: string): Requirement {
  const requirements = splitAtCommas(text)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseRequirement);
  return (labels) => requirements.every((matches) => matches(labels));
}

/** Commas between parentheses separate the values of one requirement. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isInside = false;
  for (const { 0: mark, index } of text.matchAll(/[(),]/g)) {
    if (mark !== ',') isInside = mark === '(';
    else if (!isInside) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function parseRequirement(text: string): Requirement {
  const set = SET.exec(text)?.groups;
  if (set) {
    const { key = '', operator, values = '' } = set;
    const wanted = values.split(',').map((value) => value.trim());
    const isIn = (labels: Labels) => wanted.includes(labels[key] ?? '') && key in labels;
    return operator === 'in' ? isIn : (labels) => !isIn(labels);
  }
  const equality = EQUALITY.exec(text)?.groups;
  if (equality) {
    const { key = '', operator, value = '' } = equality;
    if (operator === '!=') return (labels) => labels[key] !== value;
    return (labels) => labels[key] === value;
  }
  const comparison = COMPARISON.exec(text)?.groups;
  if (comparison) {
    const { key = '', operator, value } = comparison;
    return (labels) => {
      const number = Number(labels[key] ?? Number.NaN);
      return operator === '<' ? number < Number(value) : number > Number(value);
    };
  }
  const existence = EXISTENCE.exec(text)?.groups;
  if (existence) {
    const { not, key = '' } = existence;
    return (labels) => key in labels === (not === '');
  }
  throw new KubeError('BadRequest', `unable to parse requirement: ${JSON.stringify(text)}`);
}
