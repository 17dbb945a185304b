import { checkDnsLabel, checkDnsSubdomain, refuse } from '../kit/check';

/**
 * A volume of the Collector's pods, mounted in the Collector's container.
 */
export class CollectorVolume {
  /**
   * The keys of a Secret as files, read-only.
   *
   * @param name the volume's name in the pod
   * @param secretName the name of the Secret, in the Collector's namespace
   * @param mountPath the directory in which the files appear
   */
  public static secret(name: string, secretName: string, mountPath: string): CollectorVolume {
    checkDnsSubdomain('secretName', secretName);
    // Read by a user that does not own the files.
    return new CollectorVolume(name, mountPath, true, { secret: { secretName, defaultMode: 0o444 } });
  }

  /**
   * The keys of a ConfigMap as files, read-only.
   *
   * @param name the volume's name in the pod
   * @param configMapName the name of the ConfigMap, in the Collector's namespace
   * @param mountPath the directory in which the files appear
   */
  public static configMap(name: string, configMapName: string, mountPath: string): CollectorVolume {
    checkDnsSubdomain('configMapName', configMapName);
    return new CollectorVolume(name, mountPath, true, { configMap: { name: configMapName, defaultMode: 0o444 } });
  }

  /**
   * A directory that begins empty and goes with the pod.
   *
   * @param name the volume's name in the pod
   * @param mountPath where the directory appears
   */
  public static emptyDir(name: string, mountPath: string): CollectorVolume {
    return new CollectorVolume(name, mountPath, false, { emptyDir: {} });
  }

  /**
   * An existing PersistentVolumeClaim.
   *
   * @param name the volume's name in the pod
   * @param claimName the name of the claim, in the Collector's namespace
   * @param mountPath where the volume appears
   */
  public static persistentVolumeClaim(name: string, claimName: string, mountPath: string): CollectorVolume {
    checkDnsSubdomain('claimName', claimName);
    return new CollectorVolume(name, mountPath, false, { persistentVolumeClaim: { claimName } });
  }

  /**
   * Any other volume, such as a projected ServiceAccount token.
   *
   * @param name the volume's name in the pod
   * @param source the volume as in a pod's specification, without its name
   * @param mountPath where the volume appears
   * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/
   */
  public static custom(name: string, source: { [key: string]: any }, mountPath: string): CollectorVolume {
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
    if (!/^\/[^:]*[^:/]$/.test(mountPath)) {
      refuse('mountPath', mountPath, 'be an absolute path other than "/", without ":" and without "/" at its end');
    }
    this.name = name;
    this.mountPath = mountPath;
  }

  /** @internal */
  public get _isClaim(): boolean {
    return this.source.persistentVolumeClaim !== undefined;
  }

  /** @internal */
  public _toVolume(): { [key: string]: any } {
    return { name: this.name, ...this.source };
  }

  /** @internal */
  public _toMount(): { [key: string]: any } {
    return { name: this.name, mountPath: this.mountPath, ...(this.readOnly ? { readOnly: true } : {}) };
  }
}
