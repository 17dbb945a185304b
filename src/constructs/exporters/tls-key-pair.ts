import { CollectorVolume } from './collector-volume';
import { checkDataKey } from './secret-ref';
import { secretVolume } from './trusted-ca';

/**
 * Options for `TlsKeyPair.fromSecret`.
 */
export interface TlsKeyPairOptions {
  /**
   * The key of the Secret that holds the certificate, with those that lead to its root.
   *
   * @default "tls.crt"
   */
  readonly certificateKey?: string;

  /**
   * The key of the Secret that holds the private key.
   *
   * @default "tls.key"
   */
  readonly privateKeyKey?: string;
}

/**
 * A certificate and its private key, both PEM, such as a Secret of type `kubernetes.io/tls` holds them.
 */
export class TlsKeyPair {
  /**
   * Two keys of a Secret in the namespace of the Collector.
   *
   * @param secretName the name of the Secret
   * @param options the keys, where they are not those of `kubernetes.io/tls`
   */
  public static fromSecret(secretName: string, options: TlsKeyPairOptions = {}): TlsKeyPair {
    return new TlsKeyPair(secretVolume(secretName), options.certificateKey ?? 'tls.crt', options.privateKeyKey ?? 'tls.key');
  }

  private constructor(private readonly volume: CollectorVolume, private readonly certificate: string, private readonly privateKey: string) {
    checkDataKey('certificateKey', certificate);
    checkDataKey('privateKeyKey', privateKey);
  }

  /** @internal */
  public get _volume(): CollectorVolume {
    return this.volume;
  }

  /** @internal */
  public get _files(): { cert_file: string; key_file: string } {
    return { cert_file: `${this.volume.mountPath}/${this.certificate}`, key_file: `${this.volume.mountPath}/${this.privateKey}` };
  }
}
