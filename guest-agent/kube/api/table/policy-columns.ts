import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { ClusterRoleBinding, RoleBinding } from 'kubernetes-types/rbac/v1.js';
import * as resources from '../../objects/resources.ts';
import { selectorText } from '../subresources/selector-text.ts';
import { ageColumn } from './age.ts';
import { columnsFor, count, text } from './column.ts';

const roleOf = ({ roleRef }: RoleBinding | ClusterRoleBinding) => `${roleRef.kind}/${roleRef.name}`;

export const policyColumns = [
  columnsFor<NetworkPolicy>(resources.networkPolicies, [
    text('Pod-Selector', ({ spec }) => selectorText(spec?.podSelector) || '<none>'),
    ageColumn,
  ]),
  columnsFor<PodDisruptionBudget>(resources.podDisruptionBudgets, [
    text('Min Available', ({ spec }) => String(spec?.minAvailable ?? 'N/A')),
    text('Max Unavailable', ({ spec }) => String(spec?.maxUnavailable ?? 'N/A')),
    count('Allowed Disruptions', ({ status }) => status?.disruptionsAllowed),
    ageColumn,
  ]),
  columnsFor<HorizontalPodAutoscaler>(resources.horizontalPodAutoscalers, [
    text('Reference', ({ spec }) => {
      const { kind, name } = spec?.scaleTargetRef ?? {};
      return `${kind}/${name}`;
    }),
    text('MinPods', ({ spec }) => String(spec?.minReplicas ?? '<unset>')),
    count('MaxPods', ({ spec }) => spec?.maxReplicas),
    ageColumn,
  ]),
  columnsFor<RoleBinding>(resources.roleBindings, [text('Role', roleOf), ageColumn]),
  columnsFor<ClusterRoleBinding>(resources.clusterRoleBindings, [text('Role', roleOf), ageColumn]),
];
