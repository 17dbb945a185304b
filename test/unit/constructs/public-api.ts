import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

/**
 * The public API by its own source, so that a test can give every prop and every parameter what it is not.
 * Read from the text alone: nothing needs to be compiled before.
 */

const INDEX = path.join(__dirname, '../../../src/index.ts');

export interface Value {
  readonly name: string;
  /** As it is written, such as `string[]`. */
  readonly type: string;
  readonly optional: boolean;
  /** The interface that declares it; undefined for a parameter. */
  readonly owner?: string;
}

export interface Callable {
  /** `Class.method`, `Class#method` of an instance, or `new Class`. */
  readonly name: string;
  readonly parameters: readonly Value[];
}

export interface PublicApi {
  readonly callables: readonly Callable[];
  /** The props of every interface, with those that it inherits. */
  readonly interfaces: ReadonlyMap<string, readonly Value[]>;
  readonly enums: ReadonlySet<string>;
  readonly classes: ReadonlySet<string>;
}

export function publicApi(): PublicApi {
  const exported = exportedDeclarations();
  const interfaces = new Map<string, ts.InterfaceDeclaration>();
  const classes: ts.ClassDeclaration[] = [];
  const enums = new Set<string>();
  for (const declaration of exported) {
    if (ts.isInterfaceDeclaration(declaration)) interfaces.set(declaration.name.text, declaration);
    if (ts.isClassDeclaration(declaration)) classes.push(declaration);
    if (ts.isEnumDeclaration(declaration)) enums.add(declaration.name.text);
  }
  return {
    callables: classes.flatMap(callablesOf),
    interfaces: new Map([...interfaces].map(([name, declaration]) => [name, propsOf(declaration, interfaces)])),
    enums,
    classes: new Set(classes.map(({ name }) => name!.text)),
  };
}

function exportedDeclarations(): ts.Statement[] {
  return parse(INDEX).statements.filter(ts.isExportDeclaration).flatMap(({ exportClause, moduleSpecifier }) => {
    const names = (exportClause as ts.NamedExports).elements.map(({ name }) => name.text);
    const file = path.resolve(path.dirname(INDEX), `${(moduleSpecifier as ts.StringLiteral).text}.ts`);
    return parse(file).statements.filter(statement => names.includes((statement as ts.DeclarationStatement).name?.text ?? ''));
  });
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

function callablesOf(declaration: ts.ClassDeclaration): Callable[] {
  const className = declaration.name!.text;
  return declaration.members.filter(isPublic).flatMap(member => {
    if (ts.isConstructorDeclaration(member)) return [{ name: `new ${className}`, parameters: member.parameters.map(valueOf) }];
    if (!ts.isMethodDeclaration(member)) return [];
    const isStatic = member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
    return [{ name: `${className}${isStatic ? '.' : '#'}${member.name.getText()}`, parameters: member.parameters.map(valueOf) }];
  });
}

function isPublic(member: ts.ClassElement): boolean {
  const modifiers = ts.canHaveModifiers(member) ? ts.getModifiers(member) ?? [] : [];
  const hidden = modifiers.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.ProtectedKeyword);
  return !hidden && !member.name?.getText().startsWith('_');
}

function propsOf(declaration: ts.InterfaceDeclaration, all: ReadonlyMap<string, ts.InterfaceDeclaration>): Value[] {
  const inherited = (declaration.heritageClauses ?? []).flatMap(({ types }) => types).flatMap(({ expression }) => {
    const base = all.get(expression.getText());
    if (base === undefined) throw new Error(`${expression.getText()}, which ${declaration.name.text} extends, is not exported`);
    return propsOf(base, all);
  });
  return [...inherited, ...declaration.members.filter(ts.isPropertySignature).map(member => ({ ...valueOf(member), owner: declaration.name.text }))];
}

function valueOf(node: ts.PropertySignature | ts.ParameterDeclaration): Value {
  const rest = ts.isParameter(node) && node.dotDotDotToken !== undefined;
  const optional = node.questionToken !== undefined || ts.isParameter(node) && node.initializer !== undefined;
  const type = node.type!.getText().replace(/\s+/g, ' ');
  // One of several, and a test gives one.
  return { name: node.name.getText(), type: rest ? type.replace(/\[\]$/, '') : type, optional };
}
