import { checkDnsLabel, checkEndpoint, refuse } from './kit/check';
import { DEFAULT_NAME } from './kit/names';
import { TracingStackProps } from './tracing-stack-props';

/** Namespaces that Kubernetes makes, and that hold pods of other kinds. */
const BUILT_IN_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** Props that only a collector of the stack's own listens to. */
const OWN_COLLECTOR_PROPS = ['clusterIP', 'clusterName', 'exporters'] as const;

/** Checks rules that span several parts of the stack. Each part checks its own props. */
export function checkStackProps(props: TracingStackProps): void {
  if (props.collector !== undefined && props.collectorEndpoint !== undefined) {
    refuse('collectorEndpoint', props.collectorEndpoint, "be left out where 'collector' is given: there is one collector");
  }
  if (props.agent !== undefined && props.collectorEndpoint !== undefined) {
    refuse('collectorEndpoint', props.collectorEndpoint, "be left out where 'agent' is given: the agent sends to a collector");
  }
  if (props.collectorEndpoint !== undefined) {
    checkEndpoint('collectorEndpoint', props.collectorEndpoint);
  }
  if (props.collector?.takesTls && props.agent === undefined) {
    throw new Error("'agent' must be given where the collector takes TLS: the components send plain text");
  }
  if (props.patchNamespace !== undefined) {
    checkDnsLabel('patchNamespace', props.patchNamespace);
  }
  const given = props.collector !== undefined ? 'collector' : 'collectorEndpoint';
  const idle = OWN_COLLECTOR_PROPS.find(prop => props[prop] !== undefined);
  if (props[given] !== undefined && idle !== undefined) {
    throw new Error(`'${idle}' must be left out where '${given}' is given: it describes the collector that the stack would make`);
  }
}

/**
 * Whether the stack makes the Namespace. Any other than the library's own is somebody else's: it would get a Pod Security level that its pods
 * may not meet, and go, with all that is in it, where the stack's objects are deleted or pruned.
 */
export function wantsNamespace(props: TracingStackProps, namespace: string): boolean {
  const builtIn = BUILT_IN_NAMESPACES.includes(namespace);
  if (props.createNamespace && (builtIn || props.collectorEndpoint !== undefined)) {
    refuse('createNamespace', true, builtIn
      ? `be false for ${namespace}, which holds pods that the Pod Security level "restricted" refuses`
      : "be left out where 'collectorEndpoint' is given: there is nothing to put there");
  }
  const ownCollector = props.collector === undefined && props.collectorEndpoint === undefined;
  return props.createNamespace ?? (ownCollector && namespace === DEFAULT_NAME);
}
