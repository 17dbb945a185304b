import { Construct } from 'constructs';
import { Collector } from './collector/collector';
import { CollectorAgent } from './collector/collector-agent';
import { checkNumber, refuse } from './kit/check';
import { warn } from './kit/warn';
import { ControlPlaneComponent } from './patch/control-plane-component';
import { TracingState } from './patch/tracing-state';
import { TracingStackProps } from './tracing-stack-props';
import { contradictions, Takers } from '../advice/contradictions';

/** What takes the spans of a stack. */
export interface LoadTakers {
  readonly collector?: Collector;
  readonly agent?: CollectorAgent;
}

/** @throws when there cannot be so many requests */
export function checkRequests(requests: number | undefined): void {
  if (requests !== undefined && !(checkNumber('requestsPerSecond', requests) > 0 && requests <= 10_000_000)) {
    refuse('requestsPerSecond', requests, 'be more than 0, and at most 10000000');
  }
}

/** Warns where the figures that tracing was measured with say that rate, limits and sampling do not fit to each other. */
export function warnOfLoad(stack: Construct, props: TracingStackProps, { collector, agent }: LoadTakers): void {
  if (props.state === TracingState.DISABLED) return;
  const { requestsPerSecond, samplingRatePerMillion, etcdSamplingRatePerMillion, components = Object.values(ControlPlaneComponent) } = props;
  const load = {
    requestsPerSecond,
    ratePerMillion: samplingRatePerMillion ?? 1_000_000,
    apiServer: components.includes(ControlPlaneComponent.API_SERVER),
    etcd: components.includes(ControlPlaneComponent.ETCD),
    etcdRatePerMillion: etcdSamplingRatePerMillion ?? 0,
  };
  const takers: Takers[] = [
    ...(collector === undefined ? [] : [{
      ...collector._capacity, podsProp: 'replicas', prop: named(props.collector === undefined ? 'collectorOptions.' : '', props.collector === undefined ? '' : ' of the collector'),
    }]),
    ...(agent === undefined ? [] : [{ ...agent._capacity, pods: props.controlPlaneNodes ?? 1, podsProp: undefined, prop: named('agent.', '') }]),
  ];
  contradictions(load, takers).forEach(text => warn(stack, text));
}

function named(prefix: string, suffix: string): (name: string) => string {
  return name => `'${prefix}${name}'${suffix}`;
}
