import { TracingStackProps } from '../tracing-stack-props';
import { refuse } from './check';

/** Namespaces that Kubernetes makes, and that hold pods of other kinds. */
const BUILT_IN_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** Props that only a collector of the stack's own listens to. */
const OWN_COLLECTOR_PROPS = ['clusterName', 'clusterIP', 'exporters'] as const;

/** Refuses props that contradict each other; each part checks its own. */
export function checkStackProps(props: TracingStackProps): void {
  if (props.collector !== undefined && props.collectorEndpoint !== undefined) {
    refuse('collectorEndpoint', props.collectorEndpoint, "be left out where 'collector' is given: there is one collector");
  }
  const given = props.collector !== undefined ? 'collector' : 'collectorEndpoint';
  if (props[given] !== undefined) {
    for (const prop of OWN_COLLECTOR_PROPS) {
      if (props[prop] !== undefined) {
        refuse(prop, props[prop], `be left out where '${given}' is given: it describes the collector that the stack would make`);
      }
    }
  }
}

/** Whether the stack makes the Namespace. */
export function wantsNamespace(props: TracingStackProps, namespace: string): boolean {
  const builtIn = BUILT_IN_NAMESPACES.includes(namespace);
  if (props.createNamespace && (builtIn || props.collectorEndpoint !== undefined)) {
    refuse('createNamespace', true, builtIn
      ? `be false for ${namespace}, which holds pods that the Pod Security level "restricted" refuses`
      : "be left out where 'collectorEndpoint' is given: there is nothing to put there");
  }
  const ownCollector = props.collector === undefined && props.collectorEndpoint === undefined;
  return props.createNamespace ?? (ownCollector && !builtIn);
}
