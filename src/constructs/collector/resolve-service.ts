import {
  CollectorServiceProps, ServiceInternalTrafficPolicy, ServiceIpFamily, ServiceIpFamilyPolicy, ServiceTrafficDistribution,
} from './service-props';
import { checkEnum, checkList, refuse } from '../kit/check';
import { checkServiceIp } from '../kit/ip';

/** Checked. */
export interface ResolvedService {
  readonly clusterIP: string | undefined;
  readonly ipFamilies: readonly ServiceIpFamily[] | undefined;
  readonly ipFamilyPolicy: ServiceIpFamilyPolicy | undefined;
  readonly trafficDistribution: ServiceTrafficDistribution | undefined;
  readonly internalTrafficPolicy: ServiceInternalTrafficPolicy | undefined;
  /** Whether the Service may have an address of another family than the one that pods name first. */
  readonly anyFamily: boolean;
}

export function resolveService(props: CollectorServiceProps): ResolvedService {
  const clusterIP = optional(props.clusterIP, value => checkServiceIp('clusterIP', value));
  const ipFamilies = optional(props.ipFamilies, value => checkList('ipFamilies', value, (prop, item) => checkEnum(prop, item, ServiceIpFamily)));
  const ipFamilyPolicy = optional(props.ipFamilyPolicy, value => checkEnum('ipFamilyPolicy', value, ServiceIpFamilyPolicy));
  checkFamilies(clusterIP, ipFamilies, ipFamilyPolicy);
  const trafficDistribution = optional(props.trafficDistribution, value => checkEnum('trafficDistribution', value, ServiceTrafficDistribution));
  const internalTrafficPolicy = optional(props.internalTrafficPolicy, value => checkEnum('internalTrafficPolicy', value, ServiceInternalTrafficPolicy));
  if (trafficDistribution !== undefined && internalTrafficPolicy === ServiceInternalTrafficPolicy.LOCAL) {
    refuse('trafficDistribution', trafficDistribution, "be left out where 'internalTrafficPolicy' is LOCAL, which leaves no pods to choose from");
  }
  const dual = ipFamilyPolicy !== undefined && ipFamilyPolicy !== ServiceIpFamilyPolicy.SINGLE_STACK;
  const anyFamily = dual || ipFamilies !== undefined || clusterIP?.includes(':') === true;
  return { clusterIP, ipFamilies, ipFamilyPolicy, trafficDistribution, internalTrafficPolicy, anyFamily };
}

function checkFamilies(
  clusterIP: string | undefined, ipFamilies: readonly ServiceIpFamily[] | undefined, policy: ServiceIpFamilyPolicy | undefined,
): void {
  if (ipFamilies === undefined) return;
  if (ipFamilies.length === 0 || new Set(ipFamilies).size !== ipFamilies.length) {
    refuse('ipFamilies', ipFamilies.join(', '), 'have each family once, and at least one');
  }
  if (ipFamilies.length > 1 && policy === ServiceIpFamilyPolicy.SINGLE_STACK) {
    refuse('ipFamilies', ipFamilies.join(', '), "have one family where 'ipFamilyPolicy' is SINGLE_STACK");
  }
  const family = clusterIP?.includes(':') ? ServiceIpFamily.IPV6 : ServiceIpFamily.IPV4;
  if (clusterIP !== undefined && family !== ipFamilies[0]) {
    refuse('ipFamilies', ipFamilies.join(', '), `begin with ${family}, the family of 'clusterIP' (${clusterIP})`);
  }
}

function optional<T, R>(value: T | undefined, check: (value: T) => R): R | undefined {
  return value === undefined ? undefined : check(value);
}
