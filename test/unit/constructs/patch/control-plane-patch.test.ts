import { ApiObject, Duration } from 'cdk8s';
import { Both, jobOf, patchObjects, podOf, specOf } from './patch-objects';
import { CollectorAddress } from '../../../../src/constructs/kit/collector-address';
import { ControlPlaneComponent } from '../../../../src/constructs/patch/control-plane-component';
import { TracingState } from '../../../../src/constructs/patch/tracing-state';
import { find, inventory, Rendered } from '../rendering';

describe('objects', () => {
  test('live in kube-system, but for the access to the collector and to nodes', () => {
    expect(inventory(patchObjects())).toEqual([
      'ConfigMap kube-system/control-plane-tracing-config-*',
      'ServiceAccount kube-system/control-plane-tracing',
      'Role kube-system/control-plane-tracing',
      'RoleBinding kube-system/control-plane-tracing',
      'Role kube-system/control-plane-tracing-static-pods',
      'RoleBinding kube-system/control-plane-tracing-static-pods',
      'Role telemetry/control-plane-tracing-collector-address',
      'RoleBinding telemetry/control-plane-tracing-collector-address',
      'ClusterRole /control-plane-tracing',
      'ClusterRoleBinding /control-plane-tracing',
      'ConfigMap kube-system/control-plane-tracing-program-*',
      'Job kube-system/control-plane-tracing-*',
    ]);
  });

  test('follow the name and the namespace', () => {
    const objects = patchObjects({ name: 'cpt', config: { name: 'cpt', namespace: 'control-plane' } });
    expect(inventory(objects)).toContain('Job control-plane/cpt-*');
    expect(inventory(objects)).toContain('ConfigMap control-plane/cpt-config-*');
    expect(inventory(objects)).toContain('Role kube-system/cpt-control-plane-static-pods');
    expect(inventory(objects)).toContain('ClusterRoleBinding /cpt-control-plane');
  });

  test('carry the labels and annotations that are asked for', () => {
    const both = { labels: { team: 'platform' }, annotations: { 'example.com/contact': 'platform' } };
    for (const { kind, metadata } of patchObjects({ ...both, config: both })) {
      expect([kind, metadata.labels, metadata.annotations]).toEqual([
        kind, expect.objectContaining(both.labels), expect.objectContaining(both.annotations),
      ]);
    }
    expect(jobOf(both).spec.template.metadata.labels.team).toBeUndefined();
  });

  test('are all reachable', () => {
    patchObjects({
      edit: patch => {
        expect(ApiObject.of(patch)).toBe(patch.job);
        expect(patch.node.findAll().filter(child => ApiObject.isApiObject(child))).toHaveLength(11);
      },
    });
  });
});

describe('the Job', () => {
  test('has a pod for each control-plane node', () => {
    expect(jobOf({ controlPlaneNodes: 3 }).spec).toMatchObject({ completionMode: 'Indexed', completions: 3, parallelism: 3, backoffLimit: 6 });
  });

  test('has no deadline and no time to live', () => {
    expect(Object.keys(jobOf().spec).sort()).toEqual(['backoffLimit', 'completionMode', 'completions', 'parallelism', 'podFailurePolicy', 'template']);
  });

  test('fails on a verdict of the program, and replaces a pod that was killed or disrupted', () => {
    expect(jobOf().spec.podFailurePolicy.rules).toEqual([
      { action: 'FailJob', onExitCodes: { containerName: 'patch', operator: 'In', values: [3, 10, 11, 12, 13] } },
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    ]);
  });

  test('runs on control-plane nodes, whatever their taints, one pod on each', () => {
    const pod = podOf();
    expect(pod.nodeSelector).toEqual({ 'node-role.kubernetes.io/control-plane': '' });
    expect(pod.tolerations).toEqual([{ operator: 'Exists' }]);
    const [term] = pod.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    expect(term.topologyKey).toBe('kubernetes.io/hostname');
    expect(jobOf().spec.template.metadata.labels).toMatchObject(term.labelSelector.matchLabels);
  });

  test('keeps its pods apart from each other, not from those of an earlier Job', () => {
    const runLabel = (both: Both) => jobOf(both).spec.template.metadata.labels['cdk8s-control-plane-tracing.github.io/run'];
    expect(jobOf().metadata.name).toBe(`control-plane-tracing-${runLabel({})}`);
    expect(runLabel({ runId: 'again' })).not.toBe(runLabel({}));
  });

  test('reaches the host as the program needs it', () => {
    expect(podOf()).toMatchObject({
      restartPolicy: 'Never',
      hostNetwork: true,
      hostPID: true,
      dnsPolicy: 'Default',
      priorityClassName: 'system-node-critical',
      serviceAccountName: 'control-plane-tracing',
      automountServiceAccountToken: true,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 360,
    });
  });

  test('mounts two directories of the host, and no more', () => {
    const { volumes, containers: [container] } = podOf();
    expect(volumes.filter((volume: Rendered) => volume.hostPath)).toEqual([
      { name: 'manifests', hostPath: { path: '/etc/kubernetes/manifests', type: 'Directory' } },
      { name: 'tracing', hostPath: { path: '/etc/kubernetes/tracing', type: 'DirectoryOrCreate' } },
    ]);
    expect(container.volumeMounts).toEqual([
      { name: 'program', mountPath: '/opt/cdk8s-control-plane-tracing', readOnly: true },
      { name: 'manifests', mountPath: '/etc/kubernetes/manifests' },
      { name: 'tracing', mountPath: '/etc/kubernetes/tracing' },
    ]);
  });

  test('finds program, spec and template in one directory', () => {
    const objects = patchObjects();
    const [program, config] = find(objects, 'Job').spec.template.spec.volumes[0].projected.sources;
    expect(program.configMap.name).toBe(find(objects, 'ConfigMap', 'control-plane-tracing-program').metadata.name);
    expect(program.configMap.items).toEqual([{ key: 'program.js', path: 'program.js' }, { key: 'spec.json', path: 'spec.json' }]);
    expect(config.configMap.name).toBe(find(objects, 'ConfigMap', 'control-plane-tracing-config').metadata.name);
    expect(config.configMap.items).toEqual([{ key: 'tracing-config.yaml', path: 'tracing-config.yaml' }]);
  });

  test('runs the program with what the node and the Job are called', () => {
    const [container] = podOf().containers;
    expect(container.command).toEqual(['node', '/opt/cdk8s-control-plane-tracing/program.js', 'job']);
    expect(container.image).toBe('node:24-alpine');
    expect(container.imagePullPolicy).toBe('IfNotPresent');
    expect(Object.fromEntries(container.env.map((env: Rendered) => [env.name, env.valueFrom.fieldRef.fieldPath]))).toEqual({
      NODE_NAME: 'spec.nodeName',
      JOB_UID: "metadata.labels['controller-uid']",
    });
    expect(container.resources).toEqual({ requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '256Mi' } });
  });

  test('is privileged by default, with a read-only root file system', () => {
    expect(podOf().containers[0].securityContext).toEqual({
      privileged: true, allowPrivilegeEscalation: true, readOnlyRootFilesystem: true, runAsUser: 0, runAsGroup: 0, runAsNonRoot: false,
    });
  });

  test('gives up all it can where it is not privileged', () => {
    expect(podOf({ privileged: false }).containers[0].securityContext).toEqual({
      privileged: false,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['KILL'] },
      seccompProfile: { type: 'RuntimeDefault' },
      readOnlyRootFilesystem: true,
      runAsUser: 0,
      runAsGroup: 0,
      runAsNonRoot: false,
    });
  });

  test('takes another image, and Secrets to pull it with', () => {
    const pod = podOf({ patchImage: 'registry.example.com:5000/mirror/node:24.1-alpine', imagePullSecrets: ['registry'] });
    expect(pod.containers[0].image).toBe('registry.example.com:5000/mirror/node:24.1-alpine');
    expect(pod.imagePullSecrets).toEqual([{ name: 'registry' }]);
  });

  test('may take as long to stop as a rollback takes', () => {
    expect(podOf({ healthTimeout: Duration.minutes(10) }).terminationGracePeriodSeconds).toBe(660);
    expect(podOf({ healthTimeout: Duration.seconds(10) }).terminationGracePeriodSeconds).toBe(360);
  });
});

describe('access', () => {
  const rules = (kind: string, name: string, both?: Both) => find(patchObjects(both), kind, name).rules;

  test('is the least that the program needs', () => {
    expect(find(patchObjects(), 'ClusterRole').rules).toEqual([{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }]);
    expect(rules('Role', 'control-plane-tracing-static-pods')).toEqual([{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }]);
    expect(rules('Role', 'control-plane-tracing-collector-address')).toEqual([
      { apiGroups: [''], resources: ['services'], resourceNames: ['collector'], verbs: ['get'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] },
    ]);
    expect(patchObjects().find(object => object.kind === 'Role' && object.metadata.name === 'control-plane-tracing').rules).toEqual([
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: ['control-plane-tracing'], verbs: ['get', 'update'] },
      { apiGroups: ['batch'], resources: ['jobs'], verbs: ['list', 'delete'] },
    ]);
  });

  test('is bound to the ServiceAccount of the Job alone', () => {
    for (const binding of patchObjects().filter(object => object.kind.endsWith('RoleBinding'))) {
      expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', namespace: 'kube-system', name: 'control-plane-tracing' }]);
      expect(binding.roleRef).toEqual({ apiGroup: 'rbac.authorization.k8s.io', kind: binding.kind.replace('Binding', ''), name: binding.metadata.name });
    }
  });

  test('does not reach into the collector\'s namespace where the collector is an address', () => {
    const objects = patchObjects({ config: { collector: CollectorAddress.endpoint('127.0.0.1:4317') } });
    expect(inventory(objects).filter(line => line.startsWith('Role '))).toEqual([
      'Role kube-system/control-plane-tracing', 'Role kube-system/control-plane-tracing-static-pods',
    ]);
  });

  test('never holds a Lease: GitOps would reset its holder', () => {
    expect(patchObjects().map(object => object.kind)).not.toContain('Lease');
  });
});

describe('the spec', () => {
  test('follows the guide where nothing is said', () => {
    expect(specOf()).toEqual({
      version: 3,
      state: 'enabled',
      runId: '',
      controlPlaneNodes: 1,
      collector: { kind: 'service', namespace: 'telemetry', name: 'collector', port: 4317, clusterIP: null },
      apiServer: { verbosity: { level: 6, replaceExisting: false } },
      etcd: { serviceName: 'etcd', samplingRatePerMillion: 0 },
      identity: { nodeName: true, attributes: {} },
      manifestsDirectory: '/etc/kubernetes/manifests',
      configDirectory: '/etc/kubernetes/tracing',
      lease: { namespace: 'kube-system', name: 'control-plane-tracing' },
      jobSelector: 'cdk8s-control-plane-tracing.github.io/patch=control-plane-tracing',
      timing: { collectorWaitSeconds: 300, turnWaitSeconds: 900, healthSeconds: 300, etcdStartSeconds: 1800, soakSeconds: 10, drainSeconds: 1 },
    });
  });

  test('says all that was asked for', () => {
    expect(specOf({
      name: 'cpt',
      state: TracingState.DISABLED,
      runId: '2026-11-23',
      controlPlaneNodes: 5,
      apiServerVerbosity: 4,
      etcdSamplingRatePerMillion: 100,
      collectorWait: Duration.minutes(1),
      turnWait: Duration.hours(1),
      healthTimeout: Duration.minutes(2),
      etcdStartTimeout: Duration.hours(2),
      soak: Duration.seconds(0),
      config: { samplingRatePerMillion: 10_000, namespace: 'control-plane', collector: CollectorAddress.endpoint('[fd00::50]:4317') },
    })).toMatchObject({
      state: 'disabled',
      runId: '2026-11-23',
      controlPlaneNodes: 5,
      collector: { kind: 'endpoint', host: 'fd00::50', port: 4317 },
      apiServer: { verbosity: { level: 4, replaceExisting: true } },
      etcd: { samplingRatePerMillion: 100 },
      lease: { namespace: 'control-plane', name: 'control-plane-tracing' },
      jobSelector: 'cdk8s-control-plane-tracing.github.io/patch=cpt',
      timing: { collectorWaitSeconds: 60, turnWaitSeconds: 3600, healthSeconds: 120, etcdStartSeconds: 7200, soakSeconds: 0, drainSeconds: 1 },
    });
    expect(specOf({ drain: Duration.seconds(5) }).timing.drainSeconds).toBe(5);
  });

  test('leaves out what is not to be touched', () => {
    expect(specOf({ components: [ControlPlaneComponent.API_SERVER] }).etcd).toBeNull();
    expect(specOf({ components: [ControlPlaneComponent.ETCD] }).apiServer).toBeNull();
    expect(specOf({ keepApiServerVerbosity: true }).apiServer.verbosity).toBeNull();
  });

  test('selects the Jobs of the stack', () => {
    const { jobSelector } = specOf();
    const [key, value] = jobSelector.split('=');
    expect(jobOf().metadata.labels[key]).toBe(value);
  });

  test('waits for turns in proportion to the number of nodes', () => {
    expect(specOf({ controlPlaneNodes: 3 }).timing.turnWaitSeconds).toBe(3 * 15 * 60);
    // Longer than a turn.
    expect(specOf({ controlPlaneNodes: 3, soak: Duration.hours(1) }).timing.turnWaitSeconds).toBe(240 + 2 * 300 + 3600 + 1800);
  });
});

describe('the program', () => {
  test('is in an immutable ConfigMap that Flux leaves alone', () => {
    const program = find(patchObjects(), 'ConfigMap', 'control-plane-tracing-program');
    expect(program.immutable).toBe(true);
    expect(program.metadata.annotations['kustomize.toolkit.fluxcd.io/substitute']).toBe('disabled');
  });

  test('fits into what kubectl apply can keep', () => {
    expect(Buffer.byteLength(JSON.stringify(find(patchObjects(), 'ConfigMap', 'control-plane-tracing-program')))).toBeLessThan(200_000);
  });
});
