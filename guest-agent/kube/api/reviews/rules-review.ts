import type { PolicyRule } from 'kubernetes-types/rbac/v1.js';
import { selfAccessReviews, selfReviews, selfRulesReviews } from '../../objects/resources.ts';
import type { JsonObject } from '../../schema/decode.ts';
import type { Rights } from '../rights.ts';
import { PUBLIC_PATHS } from './public-paths.ts';

/** What everybody may ask about themselves. */
const ABOUT_ONESELF: readonly PolicyRule[] = [
  {
    ...{ verbs: ['create'], apiGroups: [selfAccessReviews.group] },
    resources: [selfAccessReviews.plural, selfRulesReviews.plural],
  },
  { verbs: ['create'], apiGroups: [selfReviews.group], resources: [selfReviews.plural] },
];

/** What somebody may do in a namespace, as `kubectl auth can-i --list` shows it. */
export function rulesStatus(namespace: string, rights: Rights | undefined): JsonObject {
  const all = ['*'];
  const isUnlimited = rights === undefined || rights.mayAll;
  const rules = isUnlimited
    ? [{ verbs: all, apiGroups: all, resources: all }]
    : rights.rules(namespace || undefined);
  return {
    resourceRules: [...rules, ...ABOUT_ONESELF].map(ruleOf),
    nonResourceRules: [
      ...(isUnlimited ? [{ verbs: all, nonResourceURLs: all }] : []),
      { verbs: ['get'], nonResourceURLs: [...PUBLIC_PATHS] },
    ],
    incomplete: false,
  };
}

const ruleOf = ({ verbs = [], apiGroups = [], resources = [], resourceNames }: PolicyRule) => ({
  ...{ verbs: [...verbs], apiGroups: [...apiGroups], resources: [...resources] },
  ...(resourceNames?.length ? { resourceNames: [...resourceNames] } : {}),
});
