import { CollectorVolume } from './collector-volume';
import { checkDataKey } from './secret-ref';
import { contentHash } from '../kit/canonical-json';

/** Where certificates are mounted in the Collector's container. */
const TLS_DIRECTORY = '/etc/otelcol/tls';

/**
 * A bundle of PEM certificates that signs those of a peer.
 */
export class TrustedCa {
  /**
   * A key of a Secret in the namespace of the Collector.
   *
   * @param secretName the name of the Secret
   * @param key the key that holds the certificates; "ca.crt" where it is left out
   */
  public static fromSecret(secretName: string, key?: string): TrustedCa {
    return new TrustedCa(secretVolume(secretName), key ?? 'ca.crt');
  }

  /**
   * A key of a ConfigMap in the namespace of the Collector.
   *
   * @param configMapName the name of the ConfigMap
   * @param key the key that holds the certificates; "ca.crt" where it is left out
   */
  public static fromConfigMap(configMapName: string, key?: string): TrustedCa {
    const name = volumeName('cm', configMapName);
    return new TrustedCa(CollectorVolume.configMap(name, configMapName, `${TLS_DIRECTORY}/${name}`), key ?? 'ca.crt');
  }

  private constructor(private readonly volume: CollectorVolume, private readonly key: string) {
    checkDataKey('key', key);
  }

  /** @internal */
  public get _volume(): CollectorVolume {
    return this.volume;
  }

  /** @internal */
  public get _file(): string {
    return `${this.volume.mountPath}/${this.key}`;
  }
}

/** @internal */
export function secretVolume(secretName: string): CollectorVolume {
  const name = volumeName('secret', secretName);
  return CollectorVolume.secret(name, secretName, `${TLS_DIRECTORY}/${name}`);
}

/** Names of volumes are shorter than those of Secrets, and hold no dot. */
function volumeName(kind: string, objectName: string): string {
  const plain = `${kind}-${objectName.replace(/\./g, '-')}`;
  return plain.length <= 54 && !objectName.includes('.') ? plain : `${plain.slice(0, 50).replace(/-+$/, '')}-${contentHash(objectName)}`;
}
