/** A string in the Collector's transformation language, inside a configuration, which reads `$` as the start of a reference. */
export function ottlString(value: string): string {
  return JSON.stringify(value).replace(/\$/g, '$$$$');
}

export function spanAttribute(name: string): string {
  return `span.attributes[${ottlString(name)}]`;
}
