import { IConfigMap, IPersistentVolumeClaim, ISecret } from 'cdk8s-plus-28';
import { objectName } from './object-name';
import { checkDnsLabel, checkDnsSubdomain, checkObject, checkString, refuse } from '../kit/check';
import { checkPlain } from '../kit/check-plain';

/**
 * A volume of the Collector's pods, mounted in the Collector's container.
 */
export class CollectorVolume {
  /**
   * The keys of a Secret as files, read-only.
   *
   * @param name the volume's name in the pod
   * @param secret the Secret, in the Collector's namespace
   * @param mountPath the directory in which the files appear
   */
  public static fromSecret(name: string, secret: ISecret, mountPath: string): CollectorVolume {
    return CollectorVolume.fromSecretName(name, objectName('secret', secret, 'Secret', 'CollectorVolume.fromSecretName(...)'), mountPath);
  }

  /**
   * The keys of a Secret as files, read-only.
   *
   * @param name the volume's name in the pod
   * @param secretName the name of the Secret, in the Collector's namespace
   * @param mountPath the directory in which the files appear
   */
  public static fromSecretName(name: string, secretName: string, mountPath: string): CollectorVolume {
    checkDnsSubdomain('secretName', secretName);
    // Read by a user that does not own the files.
    return new CollectorVolume(name, mountPath, true, { secret: { secretName, defaultMode: 0o444 } });
  }

  /**
   * The keys of a ConfigMap as files, read-only.
   *
   * @param name the volume's name in the pod
   * @param configMap the ConfigMap, in the Collector's namespace
   * @param mountPath the directory in which the files appear
   */
  public static fromConfigMap(name: string, configMap: IConfigMap, mountPath: string): CollectorVolume {
    return CollectorVolume.fromConfigMapName(name, objectName('configMap', configMap, 'ConfigMap', 'CollectorVolume.fromConfigMapName(...)'), mountPath);
  }

  /**
   * The keys of a ConfigMap as files, read-only.
   *
   * @param name the volume's name in the pod
   * @param configMapName the name of the ConfigMap, in the Collector's namespace
   * @param mountPath the directory in which the files appear
   */
  public static fromConfigMapName(name: string, configMapName: string, mountPath: string): CollectorVolume {
    checkDnsSubdomain('configMapName', configMapName);
    return new CollectorVolume(name, mountPath, true, { configMap: { name: configMapName, defaultMode: 0o444 } });
  }

  /**
   * A directory that begins empty and goes with the pod.
   *
   * @param name the volume's name in the pod
   * @param mountPath where the directory appears
   */
  public static fromEmptyDir(name: string, mountPath: string): CollectorVolume {
    return new CollectorVolume(name, mountPath, false, { emptyDir: {} });
  }

  /**
   * An existing PersistentVolumeClaim.
   *
   * @param name the volume's name in the pod
   * @param claim the claim, in the Collector's namespace
   * @param mountPath where the volume appears
   */
  public static fromPersistentVolumeClaim(name: string, claim: IPersistentVolumeClaim, mountPath: string): CollectorVolume {
    return CollectorVolume.fromPersistentVolumeClaimName(name, objectName('claim', claim, 'PersistentVolumeClaim', 'CollectorVolume.fromPersistentVolumeClaimName(...)'), mountPath);
  }

  /**
   * An existing PersistentVolumeClaim.
   *
   * @param name the volume's name in the pod
   * @param claimName the name of the claim, in the Collector's namespace
   * @param mountPath where the volume appears
   */
  public static fromPersistentVolumeClaimName(name: string, claimName: string, mountPath: string): CollectorVolume {
    checkDnsSubdomain('claimName', claimName);
    return new CollectorVolume(name, mountPath, false, { persistentVolumeClaim: { claimName } });
  }

  /**
   * Any other volume, such as a projected ServiceAccount token.
   *
   * @param name the volume's name in the pod
   * @param source the volume as in a pod's specification, without its name: one source, such as `{ projected: { sources: [...] } }`
   * @param mountPath where the volume appears
   * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/
   */
  public static custom(name: string, source: { [key: string]: any }, mountPath: string): CollectorVolume {
    const sources = Object.entries(checkPlain('source', source));
    if (sources.length !== 1 || 'name' in source) {
      refuse('source', sources.map(([key]) => key).join(', ') || 'none', "have one source, such as emptyDir, and no name: that is given as 'name'");
    }
    const [[kind, fields]] = sources as [[string, unknown]];
    checkSource(kind, checkObject(`source.${kind}`, fields));
    return new CollectorVolume(name, mountPath, false, source);
  }

  /**
   * The volume's name in the pod.
   */
  public readonly name: string;

  /**
   * Where the volume appears in the container.
   */
  public readonly mountPath: string;

  private constructor(name: string, mountPath: string, private readonly readOnly: boolean, private readonly source: { [key: string]: any }) {
    checkDnsLabel('name', name);
    if (!/^(\/(?!\.{1,2}(\/|$))[^:/]+)+$/.test(checkString('mountPath', mountPath)) || /^\/(proc|sys)(\/|$)/.test(mountPath)) {
      refuse('mountPath', mountPath, 'be an absolute path other than "/" and outside of /proc and /sys, without ":", without empty parts and parts of dots, and without "/" at its end');
    }
    this.name = name;
    this.mountPath = mountPath;
  }

  /** @internal */
  public get _isReadOnly(): boolean {
    return this.readOnly;
  }

  /** @internal */
  public get _isClaim(): boolean {
    return this.source.persistentVolumeClaim !== undefined;
  }

  /** @internal */
  public _toVolume(): { [key: string]: any } {
    return { name: this.name, ...this.source };
  }

  /**
   * Some keys of the Secret or ConfigMap, for a projected volume. What is missing is no obstacle for the pod, which can say what it waits for.
   *
   * @internal
   */
  public _projection(items: { key: string; path: string }[]): { [key: string]: any } {
    const { secret, configMap } = this.source;
    return secret ? { secret: { name: secret.secretName, items, optional: true } } : { configMap: { name: configMap.name, items, optional: true } };
  }

  /** @internal */
  public _toMount(): { [key: string]: any } {
    return { name: this.name, mountPath: this.mountPath, ...(this.readOnly ? { readOnly: true } : {}) };
  }
}

/** Volumes that Kubernetes has, and the field without which each means nothing. https://kubernetes.io/docs/concepts/storage/volumes/ */
const SOURCES: { readonly [kind: string]: string | undefined } = {
  awsElasticBlockStore: 'volumeID',
  azureDisk: 'diskName',
  azureFile: 'secretName',
  cephfs: 'monitors',
  cinder: 'volumeID',
  configMap: 'name',
  csi: 'driver',
  downwardAPI: undefined,
  emptyDir: undefined,
  ephemeral: 'volumeClaimTemplate',
  fc: undefined,
  flexVolume: 'driver',
  gcePersistentDisk: 'pdName',
  glusterfs: 'endpoints',
  hostPath: 'path',
  image: 'reference',
  iscsi: 'iqn',
  nfs: 'server',
  persistentVolumeClaim: 'claimName',
  portworxVolume: 'volumeID',
  projected: 'sources',
  quobyte: 'registry',
  rbd: 'monitors',
  scaleIO: 'gateway',
  secret: 'secretName',
  storageos: undefined,
  vsphereVolume: 'volumePath',
};
/** Fields that name an object. */
const NAMES = ['secret', 'configMap', 'persistentVolumeClaim'];

/** Of a source that it does not know, Kubernetes makes an empty directory. */
function checkSource(kind: string, fields: { readonly [field: string]: unknown }): void {
  if (!Object.hasOwn(SOURCES, kind)) refuse('source', kind, `be one of ${Object.keys(SOURCES).join(', ')}`);
  const field = SOURCES[kind];
  if (field === undefined) return;
  if (fields[field] === undefined) refuse(`source.${kind}`, Object.keys(fields).join(', ') || 'nothing', `have ${field}`);
  if (NAMES.includes(kind)) checkDnsSubdomain(`source.${kind}.${field}`, fields[field] as string);
}
