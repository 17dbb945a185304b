import { ISecret } from 'cdk8s-plus-28';
import { objectName } from './object-name';
import { checkDnsSubdomain, checkString, refuse } from '../kit/check';

/**
 * A value that stays in a Kubernetes Secret: only its place is ever written into a manifest.
 */
export class SecretRef {
  /**
   * One key of a Secret in the namespace of the pods that use it.
   *
   * @param secret the Secret
   * @param key the key that holds the value
   * @throws when Kubernetes does not take the key
   */
  public static fromSecret(secret: ISecret, key: string): SecretRef {
    return new SecretRef(objectName('secret', secret, 'Secret', 'SecretRef.fromSecretName(...)'), key);
  }

  /**
   * One key of a Secret in the namespace of the pods that use it.
   *
   * @param secretName the name of the Secret
   * @param key the key that holds the value
   * @throws when Kubernetes does not take the name or the key
   */
  public static fromSecretName(secretName: string, key: string): SecretRef {
    return new SecretRef(secretName, key);
  }

  /**
   * The name of the Secret.
   */
  public readonly secretName: string;

  /**
   * The key that holds the value.
   */
  public readonly key: string;

  private constructor(secretName: string, key: string) {
    checkDnsSubdomain('secretName', secretName);
    checkDataKey('key', key);
    this.secretName = secretName;
    this.key = key;
  }
}

/**
 * Languages without types may pass anything, and a secret above all: it is never repeated.
 *
 * @internal
 */
export function checkSecretRef(prop: string, value: unknown): SecretRef {
  if (!(value instanceof SecretRef)) throw new Error(`'${prop}' must come from a Secret: SecretRef.fromSecret(...) or SecretRef.fromSecretName(...)`);
  return value;
}

/** @internal */
export function checkDataKey(prop: string, key: string): void {
  if (!/^[-._a-zA-Z0-9]{1,253}$/.test(checkString(prop, key)) || key === '.' || key.startsWith('..')) {
    refuse(prop, key, 'have 1 to 253 letters, digits, "-", "_" or "."');
  }
}
