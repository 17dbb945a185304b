import { ApiObject, ApiObjectProps } from 'cdk8s';
import { Construct } from 'constructs';
import { contentHash } from './canonical-json';

/** Stands for the hash while the hash is not known; no legal name holds upper case. */
const PLACEHOLDER = 'CONTENT-HASH';

/** A rendered object, as far as naming looks into it. */
export interface Rendered {
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

export interface ContentNamedProps {
  /** A manifest without metadata. */
  readonly object: Omit<ApiObjectProps, 'metadata'>;
  readonly metadata: Omit<NonNullable<ApiObjectProps['metadata']>, 'name'>;
  /** What stands before the hash. */
  readonly namePrefix: string;
  /** The part of the rendered object that cannot be changed in place, and so decides the name. */
  readonly hashed: (rendered: Rendered) => unknown;
}

/**
 * An object that Kubernetes does not let change: its name ends with a hash of what is finally rendered, after resolvers and
 * JSON patches, so that a change makes a new object and no change makes none.
 */
export class ContentNamed extends ApiObject {
  /** What an object writes where it refers to itself: becomes the hash that its name ends with. */
  public static readonly OWN_HASH = PLACEHOLDER;

  /** Not by `instanceof`: what ApiObject makes of that, its subclasses inherit. */
  public static isContentNamed(object: ApiObject): boolean {
    return Object.prototype.isPrototypeOf.call(ContentNamed.prototype, object);
  }

  private readonly hashed: (rendered: Rendered) => unknown;
  /** Whether the object is being rendered: then its name ends with what the hash will replace. */
  private isRendering = false;

  constructor(scope: Construct, id: string, props: ContentNamedProps) {
    const placeholderName = `${props.namePrefix}-${PLACEHOLDER}`;
    super(scope, id, { ...props.object, metadata: { ...props.metadata, name: placeholderName } } as ApiObjectProps);
    this.hashed = props.hashed;
    const name = { enumerable: true, get: () => this.isRendering ? placeholderName : (this.toJson() as Rendered).metadata.name };
    // Plain fields, which a subclass cannot declare as accessors; cdk8s names files by that of the metadata.
    Object.defineProperty(this, 'name', name);
    Object.defineProperty(this.metadata, 'name', name);
  }

  public override toJson(): any {
    const rendered = this.render();
    const hash = contentHash(this.hashed(rendered));
    return replaceEverywhere(rendered, PLACEHOLDER, hash);
  }

  private render(): Rendered {
    this.isRendering = true;
    try {
      return super.toJson() as Rendered;
    } finally {
      this.isRendering = false;
    }
  }
}

function replaceEverywhere(value: unknown, from: string, to: string): unknown {
  if (typeof value === 'string') return value.replaceAll(from, to);
  if (Array.isArray(value)) return value.map(item => replaceEverywhere(item, from, to));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replaceEverywhere(member, from, to)]));
  }
  return value;
}
