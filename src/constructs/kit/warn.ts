import { Construct } from 'constructs';

/** The type of the metadata by which a program finds the warnings of a construct: `node.metadata`. */
export const WARNING_METADATA = 'cdk8s-control-plane-tracing:warning';

/**
 * Warns of what is allowed, and cannot be meant: a line on standard error, and metadata of the construct. cdk8s itself has errors only
 * (`node.addValidation`).
 */
export function warn(construct: Construct, text: string): void {
  if (construct.node.metadata.some(({ type, data }) => type === WARNING_METADATA && data === text)) return;
  construct.node.addMetadata(WARNING_METADATA, text);
  console.warn(`warning: ${construct.node.path}: ${text}`);
}
