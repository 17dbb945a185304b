import { Container, Variable } from './pod';

/** A variable as the process sees it. */
export interface EnvironmentVariable {
  readonly name: string;
  /** Undefined where it comes from elsewhere (valueFrom). */
  readonly value: string | undefined;
  /** Its place in the list. */
  readonly index: number;
}

/** What the environment of the container must hold. */
export interface EnvironmentWants {
  /** To be added. */
  readonly variables: readonly Variable[];
  /** Variables that are there and have another value; with `adopt` ours takes their place, where there is one. */
  readonly inTheWay: readonly { readonly variable: EnvironmentVariable; readonly message: string; readonly instead?: Variable }[];
  readonly notes: readonly string[];
}

/** As kubelet makes it: `$(NAME)` stands for a variable above, and the last one of a name wins. */
export function environmentOf({ env }: Container): Map<string, EnvironmentVariable> {
  const variables = new Map<string, EnvironmentVariable>();
  (env ?? []).forEach(({ name, value, valueFrom }, index) => {
    const unknown = value === undefined && valueFrom !== undefined;
    const expanded = expand(String(value ?? ''), other => variables.get(other)?.value);
    variables.set(name, { name, value: unknown ? undefined : expanded, index });
  });
  return variables;
}

/** A text of the command line or of the environment as the process sees it; variables whose value is not known stay as they are written. */
export function asProcessSees(container: Container, text: string, nodeName: string): string {
  if (!text.includes('$')) return text;
  const environment = environmentOf(container);
  const valueOf = (name: string) => {
    const variable = environment.get(name);
    return variable && (isField(container.env![variable.index], 'spec.nodeName') ? nodeName : variable.value);
  };
  return expand(text, valueOf);
}

/** `$$` is one dollar, and a reference to what is not known stays as it is written. */
function expand(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, escaped: string, name: string) => (escaped === '$' ? '$' : valueOf(name) ?? whole));
}

/** Whether the variable holds what the field of the Pod says. */
export function isField(variable: Variable | undefined, fieldPath: string): boolean {
  const source = variable?.valueFrom as { fieldRef?: { fieldPath?: unknown } } | null | undefined;
  return source?.fieldRef?.fieldPath === fieldPath;
}

export function fieldVariable(name: string, fieldPath: string): Variable {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

/** Of a variable that this program makes: a value, or a field of the Pod. */
export function variableLines({ name, value, valueFrom }: Variable): string[] {
  if (valueFrom === undefined) return [`name: ${name}`, `value: ${scalar(String(value))}`];
  const { fieldRef } = valueFrom as { fieldRef: { fieldPath: string } };
  return [`name: ${name}`, 'valueFrom:', '  fieldRef:', `    fieldPath: ${fieldRef.fieldPath}`];
}

/** Without quotes where every reader of YAML takes it for the same text. */
function scalar(text: string): string {
  return /^[A-Za-z/][\w./:=,$()%~-]*$/.test(text) && !text.endsWith(':') ? text : JSON.stringify(text);
}
