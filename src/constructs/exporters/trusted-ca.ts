import { IConfigMap, ISecret } from 'cdk8s-plus-28';
import { CollectorVolume } from './collector-volume';
import { objectName } from './object-name';
import { checkDataKey } from './secret-ref';
import { contentHash } from '../kit/canonical-json';
import { checkDnsSubdomain } from '../kit/check';

/** Where certificates are mounted in the Collector's container. */
const TLS_DIRECTORY = '/etc/otelcol/tls';

/**
 * A bundle of PEM certificates that verifies the certificate of a peer.
 *
 * As the CA of a backend or of a gateway, the Collector reads the bundle once, when it starts. After a change of its content, restart the pods
 * (`kubectl rollout restart`), or write the new bundle into an object of another name: the pods are replaced then. Keep the old certificate
 * in the bundle until all pods have the new one. As the CA of clients (`receiverClientCa`), a changed bundle is read again within minutes.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector/issues/11111
 */
export class TrustedCa {
  /**
   * A key of a Secret in the namespace of the Collector.
   *
   * @param secret the Secret
   * @param key the key that holds the certificates; "ca.crt" where it is left out
   */
  public static fromSecret(secret: ISecret, key?: string): TrustedCa {
    return TrustedCa.fromSecretName(objectName('secret', secret, 'Secret', 'TrustedCa.fromSecretName(...)'), key);
  }

  /**
   * A key of a Secret in the namespace of the Collector.
   *
   * @param secretName the name of the Secret
   * @param key the key that holds the certificates; "ca.crt" where it is left out
   */
  public static fromSecretName(secretName: string, key?: string): TrustedCa {
    return new TrustedCa(secretVolume(secretName), key ?? 'ca.crt');
  }

  /**
   * A key of a ConfigMap in the namespace of the Collector.
   *
   * @param configMap the ConfigMap
   * @param key the key that holds the certificates; "ca.crt" where it is left out
   */
  public static fromConfigMap(configMap: IConfigMap, key?: string): TrustedCa {
    return TrustedCa.fromConfigMapName(objectName('configMap', configMap, 'ConfigMap', 'TrustedCa.fromConfigMapName(...)'), key);
  }

  /**
   * A key of a ConfigMap in the namespace of the Collector.
   *
   * @param configMapName the name of the ConfigMap
   * @param key the key that holds the certificates; "ca.crt" where it is left out
   */
  public static fromConfigMapName(configMapName: string, key?: string): TrustedCa {
    checkDnsSubdomain('configMapName', configMapName);
    const name = volumeName('cm', configMapName);
    return new TrustedCa(CollectorVolume.fromConfigMapName(name, configMapName, `${TLS_DIRECTORY}/${name}`), key ?? 'ca.crt');
  }

  private constructor(private readonly volume: CollectorVolume, private readonly key: string) {
    checkDataKey('key', key);
  }

  /** @internal */
  public get _volume(): CollectorVolume {
    return this.volume;
  }

  /**
   * The one key of the Secret or ConfigMap, for a projected volume.
   *
   * @internal
   */
  public _projection(path: string): { [key: string]: any } {
    return this.volume._projection([{ key: this.key, path }]);
  }

  /** @internal */
  public get _file(): string {
    return `${this.volume.mountPath}/${this.key}`;
  }
}

/** @internal */
export function secretVolume(secretName: string): CollectorVolume {
  checkDnsSubdomain('secretName', secretName);
  const name = volumeName('secret', secretName);
  return CollectorVolume.fromSecretName(name, secretName, `${TLS_DIRECTORY}/${name}`);
}

/** Names of volumes are shorter than those of Secrets, and hold no dot. */
function volumeName(kind: string, object: string): string {
  const plain = `${kind}-${object.replace(/\./g, '-')}`;
  return plain.length <= 54 && !object.includes('.') ? plain : `${plain.slice(0, 50).replace(/-+$/, '')}-${contentHash(object)}`;
}
