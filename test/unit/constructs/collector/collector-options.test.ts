import { App, Chart, Size } from 'cdk8s';
import { agentObjects, collectorObjects, configOf, podOf } from './collector-objects';
import {
  Collector, CollectorAddress, CollectorNetworkPolicy, CollectorProps, CollectorVolume, SecretRef, ServiceInternalTrafficPolicy,
  ServiceIpFamily, ServiceIpFamilyPolicy, ServiceTrafficDistribution, SpanExporter, TlsKeyPair, TrustedCa,
} from '../../../../src';
import { find } from '../rendering';

const { IPV4, IPV6 } = ServiceIpFamily;
const selector = { 'cdk8s-control-plane-tracing.github.io/collector': 'control-plane-tracing' };
const secure = { receiverCertificate: TlsKeyPair.fromSecretName('gateway') };
const tempo = SpanExporter.otlpGrpc('tempo', { endpoint: 'tempo:4317', insecure: true });

describe('placement', () => {
  const placement: CollectorProps = {
    nodeSelector: { pool: 'infra' },
    tolerations: [{ key: 'infra', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }],
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }] } } },
    podLabels: { 'sidecar.istio.io/inject': 'false' },
    podAnnotations: { 'example.com/a': 'b' },
  };

  test.each<[string, () => any[]]>([
    ['a collector in memory', () => collectorObjects(placement)],
    ['a collector on disk', () => collectorObjects({ ...placement, queueVolumeSize: Size.gibibytes(1) })],
    ['an agent', () => agentObjects(placement)],
  ])('of %s is as it was asked for', (_what, make) => {
    const { spec: { template } } = make().find(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind));
    expect(template.spec.nodeSelector).toMatchObject({ 'kubernetes.io/os': 'linux', 'pool': 'infra' });
    expect(template.spec.tolerations).toEqual([{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }, ...placement.tolerations!]);
    expect(template.spec.affinity).toEqual(placement.affinity);
    expect(template.metadata.labels).toMatchObject({ 'sidecar.istio.io/inject': 'false', 'app.kubernetes.io/name': 'control-plane-tracing' });
    expect(template.metadata.annotations).toMatchObject({ 'example.com/a': 'b', 'checksum/config': expect.any(String) });
  });

  test('is on Linux, whatever the cluster has', () => {
    expect(podOf(collectorObjects()).nodeSelector).toEqual({ 'kubernetes.io/os': 'linux' });
    expect(podOf(agentObjects()).nodeSelector).toEqual({ 'kubernetes.io/os': 'linux', 'node-role.kubernetes.io/control-plane': '' });
  });
});

describe('environment variables', () => {
  test('are plain values, and a policy lets the ports of proxies through', () => {
    const networkPolicy = CollectorNetworkPolicy.kubernetes({ nodeCidrs: ['10.0.0.0/8'] });
    const env = { HTTPS_PROXY: 'http://proxy.example.com:3128', http_proxy: 'proxy.example.com', NO_PROXY: '.svc,10.0.0.0/8' };
    const objects = collectorObjects({ env, networkPolicy, exporters: [tempo] });
    for (const [name, value] of Object.entries(env)) expect(podOf(objects).containers[0].env).toContainEqual({ name, value });
    expect(find(objects, 'NetworkPolicy').spec.egress[1].ports.map(({ port }: { port: number }) => port)).toEqual([80, 3128, 4317]);
    expect(podOf(agentObjects({ env })).containers[0].env).toContainEqual({ name: 'NO_PROXY', value: '.svc,10.0.0.0/8' });
  });

  test.each([
    [{ A: '$(B)' }, "'env.A' ($(B)) must name a variable that stands before it in 'env', or POD_IP"],
    [{ A: '$(B)', B: 'x' }, "'env.A' ($(B)) must name a variable that stands before it"],
    [{ A: 'x $(SECRET_A_H)' }, "'env.A' ($(SECRET_A_H))"],
  ])('do not refer to what kubelet does not resolve: %j', (env, message) => {
    expect(() => collectorObjects({ env: env as { [name: string]: string } })).toThrow(message);
  });

  test.each([{ B: 'x', A: '$(B)' }, { A: '$(POD_IP)' }, { A: '$$(B)' }, { A: '$(KUBERNETES_SERVICE_HOST)' }])('may refer to what kubelet resolves: %j', env => {
    expect(() => collectorObjects({ env: env as { [name: string]: string } })).not.toThrow();
  });

  test('may be referred to by the configuration', () => {
    const config = configOf(collectorObjects({ env: { DETAIL: 'basic' }, configOverrides: { exporters: { debug: { verbosity: '${env:DETAIL}' } } } }));
    expect(config.exporters.debug.verbosity).toBe('${env:DETAIL}');
  });
});

describe('the Service', () => {
  test('is as it was asked for', () => {
    const { spec } = find(collectorObjects({
      ipFamilies: [IPV6, IPV4],
      ipFamilyPolicy: ServiceIpFamilyPolicy.PREFER_DUAL_STACK,
      clusterIP: 'fd00::50',
      trafficDistribution: ServiceTrafficDistribution.PREFER_CLOSE,
    }), 'Service');
    expect(spec).toMatchObject({ clusterIP: 'fd00::50', ipFamilies: ['IPv6', 'IPv4'], ipFamilyPolicy: 'PreferDualStack', trafficDistribution: 'PreferClose' });
    expect(find(collectorObjects({ internalTrafficPolicy: ServiceInternalTrafficPolicy.LOCAL }), 'Service').spec.internalTrafficPolicy).toBe('Local');
  });

  test.each<[string, CollectorProps, string]>([
    ['no more than the family of the pods', {}, '${env:POD_IP}'],
    ['an address of IPv4', { clusterIP: '10.96.0.50' }, '${env:POD_IP}'],
    ['an address of IPv6', { clusterIP: 'fd00::50' }, '0.0.0.0'],
    ['a family of its own', { ipFamilies: [IPV4] }, '0.0.0.0'],
    ['two families', { ipFamilyPolicy: ServiceIpFamilyPolicy.REQUIRE_DUAL_STACK }, '0.0.0.0'],
    ['one family', { ipFamilyPolicy: ServiceIpFamilyPolicy.SINGLE_STACK }, '${env:POD_IP}'],
  ])('with %s finds the collector listening', (_what, props, host) => {
    const { receivers, extensions, service } = configOf(collectorObjects(props));
    expect(receivers.otlp.protocols.grpc.endpoint).toBe(`[${host}]:4317`);
    expect(extensions.health_check.endpoint).toBe(`[${host}]:13133`);
    expect(service.telemetry.metrics.readers[0].pull.exporter.prometheus.host).toBe(host);
  });

  test('is what a ServiceMonitor scrapes', () => {
    const chart = new Chart(new App(), 'tracing', { namespace: 'x' });
    const { serviceMonitor, service } = new Collector(chart, 'collector', { serviceMonitor: true, monitoringLabels: { release: 'prometheus' } });
    const { metadata, spec } = serviceMonitor!.toJson();
    expect(metadata.labels.release).toBe('prometheus');
    expect(spec).toEqual({ selector: { matchLabels: selector }, endpoints: [{ port: 'metrics', path: '/metrics', interval: '30s' }] });
    expect(service.toJson().metadata.labels).toMatchObject(selector);
    expect(service.toJson().spec.ports).toContainEqual({ name: 'metrics', port: 8888, targetPort: 'metrics', protocol: 'TCP' });
  });
});

test.each<[string, CollectorProps]>([['Deployment', {}], ['StatefulSet', { queueVolumeSize: Size.gibibytes(1) }]])(
  'an autoscaler owns the number of replicas of a %s', (kind, props) => {
    const objects = collectorObjects({ ...props, autoscaled: true });
    expect(find(objects, kind).spec).not.toHaveProperty('replicas');
    expect(find(objects, 'PodDisruptionBudget').spec.unhealthyPodEvictionPolicy).toBe('AlwaysAllow');
  });

describe('CIDRs', () => {
  const render = (cidr: any) => find(collectorObjects({ networkPolicy: CollectorNetworkPolicy.kubernetes({ nodeCidrs: [cidr] }) }), 'NetworkPolicy').spec.ingress[0].from[0].ipBlock.cidr;

  test.each([
    ['192.168.0.16/28', '192.168.0.16/28'], ['10.0.0.1/32', '10.0.0.1/32'], ['0.0.0.0/0', '0.0.0.0/0'], ['::/0', '::/0'], ['FD00:0:0::/48', 'fd00::/48'],
    ['fd00::10/124', 'fd00::10/124'], ['2001:db8::1/128', '2001:db8::1/128'],
  ])('%s is written as %s', (cidr, written) => {
    expect(render(cidr)).toBe(written);
  });

  test.each<[unknown, string]>([
    ['192.168.0.17/28', "'nodeCidrs' (192.168.0.17/28) must have no bits after its first 28, which the API server refuses: 192.168.0.16/28"],
    ['10.1.2.3/0', '0.0.0.0/0'],
    ['fd00::17/64', 'fd00::/64'],
    ['fd00:0:0:1::/63', 'fd00::/63'],
    ['010.0.0.0/8', "'nodeCidrs' (010.0.0.0/8) must be a CIDR"],
    ['10.0.0.0/08', 'must have a length without leading zeros: 10.0.0.0/8'],
    ['::ffff:10.0.0.0/104', 'must not be an IPv4 address in IPv6 notation: 10.0.0.0'],
    ['::ffff:a00:0/120', 'must not be an IPv4 address in IPv6 notation: 10.0.0.0'],
    ['fe80::%eth0/64', 'must be a CIDR'],
    ['fd00::/129', 'must be a CIDR'],
    ['10.0.0.0/', 'must be a CIDR'],
    [10, "'nodeCidrs' (10) must be a string"],
  ])('%s is refused', (cidr, message) => {
    expect(() => render(cidr)).toThrow(message);
  });
});

describe('is refused:', () => {
  const unknown = { bind: () => ({ exporterId: 'load_balancing', config: { resolver: {} } }) };
  const claim = SpanExporter.file('a', { volume: CollectorVolume.fromPersistentVolumeClaimName('a', 'a', '/a') });

  test.each<[string, CollectorProps, string]>([
    ['a Service whose name begins with a digit', { name: '5g' }, "'name' (5g) must begin with a letter, because the name of a Service must: the Service would be 5g-collector"],
    ['a loopback cluster IP', { clusterIP: '127.0.0.1' }, "'clusterIP' (127.0.0.1) must be an address of the cluster's service range, such as 10.96.0.50, and it is a loopback address"],
    ['a loopback cluster IP of IPv6', { clusterIP: '::1' }, 'and it is the loopback address'],
    ['a link-local cluster IP', { clusterIP: 'fe80::1' }, 'and it is a link-local address'],
    ['a multicast cluster IP', { clusterIP: '224.0.0.1' }, 'and it is a multicast address'],
    ['a broadcast cluster IP', { clusterIP: '255.255.255.255' }, 'and it is the broadcast address'],
    ['a mapped cluster IP', { clusterIP: '::ffff:10.96.0.50' }, "'clusterIP' (::ffff:10.96.0.50) must not be an IPv4 address in IPv6 notation: 10.96.0.50"],
    ['the unspecified cluster IP', { clusterIP: '::' }, "'clusterIP' (::) must be an IP address"],
    ['a cluster IP of another family', { clusterIP: '10.96.0.50', ipFamilies: [IPV6] }, "'ipFamilies' (IPv6) must begin with IPv4, the family of 'clusterIP' (10.96.0.50)"],
    ['a family twice', { ipFamilies: [IPV4, IPV4] }, "'ipFamilies' (IPv4, IPv4) must have each family once"],
    ['two families for one', { ipFamilies: [IPV4, IPV6], ipFamilyPolicy: ServiceIpFamilyPolicy.SINGLE_STACK }, "'ipFamilies' (IPv4, IPv6) must have one family"],
    ['a family that is none', { ipFamilies: ['ipv6' as any] }, "'ipFamilies[0]' (\"ipv6\") must be one of"],
    ['a choice among the pods of one node', { trafficDistribution: ServiceTrafficDistribution.PREFER_CLOSE, internalTrafficPolicy: ServiceInternalTrafficPolicy.LOCAL }, "'trafficDistribution' (PreferClose) must be left out"],
    ['labels of monitors that are not there', { monitoringLabels: { release: 'x' } }, "'monitoringLabels' (release) must be left out without 'podMonitor', 'serviceMonitor', 'prometheusRule', 'dashboard'"],
    ['two monitors', { podMonitor: true, serviceMonitor: true }, "'serviceMonitor' (true) must be left out where 'podMonitor' is true"],
    ['a ServiceMonitor that nobody lets in', { serviceMonitor: true, networkPolicy: CollectorNetworkPolicy.cilium() }, "'serviceMonitor' (true) must be left out unless 'networkPolicy' has a 'metricsNamespace'"],
    ['ports beside an exporter that may send anywhere', { exporters: [unknown], networkPolicy: CollectorNetworkPolicy.cilium({ extraEgressPorts: [9095] }) }, "'extraEgressPorts' (9095) must be left out"],
    ['replicas beside an autoscaler', { autoscaled: true, replicas: 2 }, "'replicas' (2) must be left out where 'autoscaled' is true"],
    ['an autoscaler beside a claim', { autoscaled: true, exporters: [claim] }, "'autoscaled' (true) must be left out where an exporter brings a PersistentVolumeClaim"],
    ['a variable of the library', { env: { POD_IP: '10.0.0.1' } }, "'env' (POD_IP) must leave this variable alone"],
    ['a variable that is none', { env: { 'A-B': 'c' } }, "'env' (A-B) must have names"],
    ['a variable that is no text', { env: { A: 1 } as any }, "'env.A' (1) must be a string"],
    ['a secret for all to read', { env: { API_TOKEN: 'abc' } }, "'env.API_TOKEN' must hold no secret"],
    ['a proxy with a password', { env: { HTTPS_PROXY: 'http://user:hunter2@proxy:3128' } }, "'env.HTTPS_PROXY' must hold no secret"],
    ['a proxy that is none', { env: { HTTPS_PROXY: 'ftp://proxy' } }, "'env.HTTPS_PROXY' (ftp://proxy) must be the URL of a proxy"],
    ['a variable that an exporter brings', { env: { X: 'a' }, exporters: [{ bind: () => ({ exporterId: 'nop', secretEnv: { X: SecretRef.fromSecretName('a', 'b') } }) }] }, "'env' (X) must be another variable"],
    ['a label that selects pods', { podLabels: { 'app.kubernetes.io/name': 'x' } }, "'podLabels' (app.kubernetes.io/name)"],
    ['an annotation of the library', { podAnnotations: { 'checksum/config': 'x' } }, "'podAnnotations' (checksum/config)"],
    ['a node selector that is none', { nodeSelector: { a: 'b c' } }, "'nodeSelector.a' (b c)"],
  ])('%s', (_what, props, message) => {
    expect(() => collectorObjects(props)).toThrow(message);
  });

  test.each<[string, object, string]>([
    ['sampling', { restPercentage: 1 }, "'sampling' (a plain object) must be a SpanSampling"],
    ['replicas', '2', "'replicas' (\"2\")"],
    ['autoscaled', 'yes', "'autoscaled' (\"yes\") must be true or false"],
    ['podMonitor', 1, "'podMonitor' (1) must be true or false"],
    ['dropSpans', ['/healthz'], "'dropSpans[0]'"],
    ['dropTraces', {}, "'dropTraces' (a plain object) must be a list"],
    ['redactions', [{}], "'redactions[0]'"],
    ['networkPolicy', { nodeCidrs: [] }, "'networkPolicy'"],
    ['receiverCertificate', 'tls', "'receiverCertificate'"],
    ['exporters', 'debug', "'exporters' (\"debug\") must be a list"],
    ['exporters', [{ endpoint: 'x' }], "'exporters[0]'"],
    ['memoryLimit', '512Mi', "'memoryLimit'"],
    ['memoryLimit', Size.mebibytes(NaN), "'memoryLimit'"],
    ['memoryRequest', Size.mebibytes(200.5), "'memoryRequest' (200.5 MiB)"],
    ['queueVolumeSize', Size.mebibytes(Number(undefined)), "'queueVolumeSize'"],
    ['maxConnectionAge', 60, "'maxConnectionAge'"],
    ['noSpansAlert', '15m', "'noSpansAlert'"],
    ['terminationGracePeriod', 60, "'terminationGracePeriod'"],
    ['imagePullSecrets', 'mirror', "'imagePullSecrets'"],
    ['labels', 'a=b', "'labels'"],
    ['clusterIP', 10, "'clusterIP' (10) must be a string"],
    ['clusterName', 5, "'clusterName' (5) must be a string"],
    ['name', 5, "'name' (5) must be a string"],
    ['collectorVersion', 0.161, "'collectorVersion'"],
    ['distribution', 'K8S', "'distribution'"],
    ['configOverrides', 'x', "'configOverrides'"],
    ['tolerations', 'all', "'tolerations'"],
    ['affinity', [], "'affinity'"],
    ['affinity', { nodeaffinity: {} }, "'affinity.nodeaffinity' (nodeaffinity) must be left out or renamed"],
    ['affinity', { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerms: {} }] } }, "'affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.podAffinityTerms'"],
    ['affinity', { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: {} } }, "'affinity' (a plain object) must have lists and maps where Kubernetes has them"],
    ['tolerations', [{ kye: 'a' }], "'tolerations[0].kye' (kye) must be left out or renamed"],
    ['tolerations', [{ key: 'a', operator: 'Equals' }], "'tolerations[0].operator' (Equals) must be one of Exists, Equal, Lt, Gt"],
    ['tolerations', [{ key: 'a', effect: 'NoRun' }], "'tolerations[0].effect' (NoRun) must be one of NoSchedule, PreferNoSchedule, NoExecute"],
    ['tolerations', [{ value: 'a' }], "'tolerations[0].operator' (Equal) must be Exists where 'key' is left out"],
    ['tolerations', [{ key: 'a', operator: 'Exists', value: 'b' }], "'tolerations[0].value' (b) must be left out where 'operator' is Exists"],
    ['tolerations', [{ operator: 'Exists', tolerationSeconds: 5 }], "'tolerations[0].tolerationSeconds' (5) must be left out where 'effect' is not NoExecute"],
    ['env', ['A=b'], "'env'"],
  ] as [string, any, string][])('%s of another type from plain JavaScript: %j', (prop, value, message) => {
    expect(() => collectorObjects({ [prop]: value })).toThrow(message);
  });

  test.each([2379, 2380, 2381, 6443, 10248, 10249, 10250, 10256, 10257, 10258, 10259])('an agent on port %d of a control-plane node', port => {
    expect(() => agentObjects({ otlpGrpcPort: port })).toThrow(`'otlpGrpcPort' (${port}) must be another port: a control-plane node has`);
    expect(() => agentObjects({ healthPort: port })).toThrow(`'healthPort' (${port})`);
    expect(() => agentObjects({ metricsPort: port })).toThrow(`'metricsPort' (${port})`);
  });

  test.each([30000, 32767])('an agent on port %d, which a Service may have on every node', port => {
    expect(() => agentObjects({ healthPort: port })).toThrow(`'healthPort' (${port}) must be another port: 30000 to 32767 are for Services of the type NodePort`);
  });

  test.each<[string, any, string]>([
    ['exporters', 'debug', "'exporters' (\"debug\") must be a list"],
    ['exporters', ['debug'], "'exporters[0]'"],
    ['otlpGrpcPort', '4318', "'otlpGrpcPort' (\"4318\")"],
    ['prometheusRule', 'yes', "'prometheusRule' (\"yes\")"],
    ['podMonitor', 'yes', "'podMonitor' (\"yes\")"],
  ])('%s of an agent of another type: %j', (prop, value, message) => {
    expect(() => agentObjects({ [prop]: value })).toThrow(message);
  });

  test('what only looks like a gateway, its CA or a certificate', () => {
    expect(() => agentObjects({ gateway: { serviceName: 'x' } as any })).toThrow("'gateway' (a plain object) must be a Collector");
    expect(() => agentObjects({ gatewayCa: 'ca' as any }, secure)).toThrow("'gatewayCa'");
    expect(() => agentObjects({ gatewayCa: TrustedCa.fromSecretName('ca'), gatewayClientCertificate: 'x' as any }, secure)).toThrow("'gatewayClientCertificate'");
    expect(() => agentObjects({ gatewayCa: TrustedCa.fromSecretName('ca'), gatewayServerName: 5 as any }, secure)).toThrow("'gatewayServerName' (5)");
  });

  test('a policy without options, or with some of another type', () => {
    expect(() => CollectorNetworkPolicy.kubernetes(undefined as any)).toThrow("'options' (undefined) must be an object");
    expect(() => CollectorNetworkPolicy.kubernetes({} as any)).toThrow("'nodeCidrs' (undefined) must be a list");
    expect(() => CollectorNetworkPolicy.cilium({ extraEgressPorts: 443 as any })).toThrow("'extraEgressPorts' (443) must be a list");
  });

  test('the address of a Service that Kubernetes refuses', () => {
    const fixed = (clusterIP: string) => CollectorAddress.service({ namespace: 'x', name: 'y', clusterIP }).fixedEndpoint;
    expect(fixed('FD00:0::50')).toBe('[fd00::50]:4317');
    expect(() => fixed('::ffff:10.96.0.50')).toThrow("'clusterIP' (::ffff:10.96.0.50) must not be an IPv4 address in IPv6 notation: 10.96.0.50");
    expect(() => fixed('010.96.0.50')).toThrow("'clusterIP' (010.96.0.50) must be an IP address");
  });

  test('labels of an agent that nothing carries', () => {
    expect(() => agentObjects({ monitoringLabels: { release: 'x' } })).toThrow("'monitoringLabels' (release) must be left out");
  });
});
