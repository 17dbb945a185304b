import { Collector } from './collector/collector';
import { ICollector } from './collector/i-collector';
import { checkExporter } from './exporters/bind-exporters';
import { TlsKeyPair } from './exporters/tls-key-pair';
import { checkBoolean, checkDnsLabel, checkEnum, checkImplements, checkInstance, checkList, checkProps, refuse } from './kit/check';
import { checkOptions } from './kit/check-options';
import { CollectorAddress } from './kit/collector-address';
import { DEFAULT_NAME } from './kit/names';
import { checkRequests } from './load-warnings';
import { ControlPlaneComponent } from './patch/control-plane-component';
import { TracingStackProps } from './tracing-stack-props';

/** Namespaces that Kubernetes makes, and that hold pods of other kinds. */
const BUILT_IN_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** Props that only a collector of the stack's own listens to. */
const OWN_COLLECTOR_PROPS = ['collectorOptions', 'clusterIP', 'exporters'] as const;

/** What names and marks the objects of all parts. */
const NAMES = ['name', 'namespace', 'labels', 'annotations'];

/** Checks rules that span several parts of the stack. Each part checks its own props. */
export function checkStackProps(stackProps: TracingStackProps): TracingStackProps {
  const props = withoutNulls(stackProps);
  checkTypes(props);
  if (props.collector !== undefined && props.collectorAddress !== undefined) {
    throw new Error("'collectorAddress' must be left out where 'collector' is given: there is one collector");
  }
  const given = props.collector !== undefined ? 'collector' : 'collectorAddress';
  const idle = OWN_COLLECTOR_PROPS.find(prop => props[prop] !== undefined);
  if (props[given] !== undefined && idle !== undefined) {
    throw new Error(`'${idle}' must be left out where '${given}' is given: it describes the collector that the stack would make`);
  }
  checkTls(props);
  checkRequests(props.requestsPerSecond);
  if (props.samplingRatePerMillion !== undefined && props.components?.includes(ControlPlaneComponent.API_SERVER) === false) {
    refuse('samplingRatePerMillion', props.samplingRatePerMillion, "be left out where 'components' has no API server: it would have no effect");
  }
  return props;
}

function checkTls(props: TracingStackProps): void {
  const { agent, componentTls, collector, collectorAddress } = props;
  if (agent !== undefined && componentTls !== undefined) {
    throw new Error("'componentTls' must be left out where 'agent' is given: the components send to the node's own loopback address, "
      + 'and the agent sends on with TLS (gatewayCa, gatewayClientCertificate)');
  }
  if (agent === undefined && componentTls === undefined && takesTls(props)) {
    throw new Error("'componentTls' or 'agent' must be given where the collector takes TLS: without them the components send plain text");
  }
  const known = collectorAddress === undefined && (collector === undefined || collector instanceof Collector);
  if (componentTls !== undefined && known && !takesTls(props)) {
    throw new Error(`${ofCollector(props, 'receiverCertificate')} must be given where 'componentTls' is: the collector would take plain text alone`);
  }
  const asks = props.collectorOptions?.receiverClientCa !== undefined || (collector instanceof Collector && collector._asksForCertificates);
  if (componentTls !== undefined && !componentTls.clientCertificate && asks) {
    throw new Error(`'componentTls.clientCertificate' must be given where the collector asks for one, by ${ofCollector(props, 'receiverClientCa')}`);
  }
}

/** What the user has written it as. */
function ofCollector({ collector }: TracingStackProps, prop: string): string {
  return collector === undefined ? `'collectorOptions.${prop}'` : `'${prop}' of the collector`;
}

function takesTls({ collector, collectorOptions }: TracingStackProps): boolean {
  const certificate = collectorOptions?.receiverCertificate;
  if (certificate !== undefined) checkInstance('collectorOptions.receiverCertificate', certificate, TlsKeyPair, 'TlsKeyPair.fromSecretName(...)');
  return certificate !== undefined || (collector instanceof Collector && collector.takesTls);
}

function withoutNulls(given: TracingStackProps): TracingStackProps {
  const { collectorOptions, agent, ...props } = checkProps('props', given);
  checkRepeated('collectorOptions', collectorOptions, ['clusterIP', 'clusterName', 'exporters', ...NAMES]);
  checkRepeated('agent', agent, ['clusterName', 'exporters', 'controlPlaneNodes', ...NAMES]);
  return {
    ...props,
    ...(collectorOptions === undefined ? {} : { collectorOptions: checkOptions('collectorOptions', collectorOptions, 'CollectorOptions') }),
    ...(agent === undefined ? {} : { agent: checkOptions('agent', agent, 'CollectorAgentOptions') }),
  };
}

/** Refuses what the stack says itself: types do not have it there, and languages without types do not ask them. */
function checkRepeated(of: string, options: object | undefined, props: readonly string[]): void {
  const twice = props.find(prop => ((options as { readonly [prop: string]: unknown } | undefined)?.[prop] ?? undefined) !== undefined);
  if (twice === undefined) return;
  const way = twice === 'namespace' ? (of === 'agent' ? "the prop 'patchNamespace'" : 'the namespace of its chart') : `the prop '${twice}'`;
  throw new Error(`'${of}.${twice}' must be left out: the stack itself has ${way}`);
}

/** Languages without types may pass anything. */
function checkTypes(props: TracingStackProps): void {
  const { collector, collectorAddress, exporters, components, createNamespace, patchNamespace } = props;
  if (collector !== undefined) {
    checkImplements<ICollector>('collector', collector, 'address', 'a Collector, or a construct that has an address and a namespace');
    checkDnsLabel('collector.namespace', collector.namespace);
    checkAddress('collector.address', collector.address);
  }
  if (collectorAddress !== undefined) checkAddress('collectorAddress', collectorAddress);
  checkList('exporters', exporters ?? [], checkExporter);
  checkList('components', components ?? [], (prop, component) => checkEnum(prop, component, ControlPlaneComponent));
  checkBoolean('createNamespace', createNamespace ?? false);
  checkDnsLabel('patchNamespace', patchNamespace ?? 'kube-system');
}

function checkAddress(prop: string, address: CollectorAddress): void {
  checkInstance(prop, address, CollectorAddress, "CollectorAddress.service(...) or CollectorAddress.endpoint('10.96.0.60:4317')");
}

/**
 * Whether the stack makes the Namespace. Any other than the library's own is somebody else's: it would get a Pod Security level that its pods
 * may not meet, and go, with all that is in it, where the stack's objects are deleted or pruned.
 */
export function wantsNamespace(props: TracingStackProps, namespace: string): boolean {
  const builtIn = BUILT_IN_NAMESPACES.includes(namespace);
  if (props.createNamespace && (builtIn || props.collectorAddress !== undefined)) {
    refuse('createNamespace', true, builtIn
      ? `be false for ${namespace}, which holds pods that the Pod Security level "restricted" refuses`
      : "be left out where 'collectorAddress' is given: there is nothing to put there");
  }
  const ownCollector = props.collector === undefined && props.collectorAddress === undefined;
  return props.createNamespace ?? (ownCollector && namespace === DEFAULT_NAME);
}
