import { ISecret } from 'cdk8s-plus-28';
import { CollectorVolume } from './collector-volume';
import { objectName } from './object-name';
import { checkDataKey } from './secret-ref';
import { secretVolume } from './trusted-ca';
import { } from '../kit/check';
import { checkOptions } from '../kit/check-options';

/**
 * Options for `TlsKeyPair.fromSecret` and `TlsKeyPair.fromSecretName`.
 */
export interface TlsKeyPairOptions {
  /**
   * Key of the Secret that holds the certificate, followed by its intermediates.
   *
   * @default "tls.crt"
   */
  readonly certificateKey?: string;

  /**
   * Key of the Secret that holds the private key.
   *
   * @default "tls.key"
   */
  readonly privateKeyKey?: string;
}

/**
 * A certificate and its private key, both PEM, as a Secret of type `kubernetes.io/tls` holds them.
 *
 * The Collector reads a renewed pair again within minutes, as a receiver and as a client, without a restart.
 */
export class TlsKeyPair {
  /**
   * Two keys of a Secret in the namespace of the Collector.
   *
   * @param secret the Secret
   * @param options the keys, where they are not those of `kubernetes.io/tls`
   */
  public static fromSecret(secret: ISecret, options: TlsKeyPairOptions = {}): TlsKeyPair {
    return TlsKeyPair.fromSecretName(objectName('secret', secret, 'Secret', 'TlsKeyPair.fromSecretName(...)'), options);
  }

  /**
   * Two keys of a Secret in the namespace of the Collector.
   *
   * @param secretName the name of the Secret
   * @param options the keys, where they are not those of `kubernetes.io/tls`
   */
  public static fromSecretName(secretName: string, options: TlsKeyPairOptions = {}): TlsKeyPair {
    const { certificateKey = 'tls.crt', privateKeyKey = 'tls.key' } = checkOptions('options', options, 'TlsKeyPairOptions');
    return new TlsKeyPair(secretVolume(secretName), certificateKey, privateKeyKey);
  }

  private constructor(private readonly volume: CollectorVolume, private readonly certificate: string, private readonly privateKey: string) {
    checkDataKey('certificateKey', certificate);
    checkDataKey('privateKeyKey', privateKey);
  }

  /** @internal */
  public get _volume(): CollectorVolume {
    return this.volume;
  }

  /**
   * Both keys of the Secret, for a projected volume.
   *
   * @internal
   */
  public _projection(certificatePath: string, keyPath: string): { [key: string]: any } {
    return this.volume._projection([{ key: this.certificate, path: certificatePath }, { key: this.privateKey, path: keyPath }]);
  }

  /** @internal */
  public get _files(): { cert_file: string; key_file: string } {
    return { cert_file: `${this.volume.mountPath}/${this.certificate}`, key_file: `${this.volume.mountPath}/${this.privateKey}` };
  }
}
