import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

/** What jsii makes of the package; there once `npx projen compile` has run. */
const ASSEMBLY = path.join(__dirname, '../../../.jsii');

interface Documented {
  readonly name: string;
  readonly docs?: Record<string, string>;
}

interface Member extends Documented {
  readonly optional?: boolean;
  readonly overrides?: string;
}

interface Type extends Documented {
  readonly datatype?: boolean;
  readonly properties?: Member[];
  readonly methods?: Member[];
}

(existsSync(ASSEMBLY) ? describe : describe.skip)('the public API', () => {
  const assembly = existsSync(ASSEMBLY) ? JSON.parse(readFileSync(ASSEMBLY, 'utf8')) : { types: {} };
  const types: Type[] = Object.values(assembly.types);
  const members = (type: Type) => [...type.properties ?? [], ...type.methods ?? []];

  test('says what is assumed of every optional prop', () => {
    const silent = types.filter(type => type.datatype).flatMap(type => (type.properties ?? [])
      .filter(property => property.optional && !property.docs?.default)
      .map(property => `${type.name}.${property.name}`));
    expect(silent).toEqual([]);
  });

  test('is documented, member by member', () => {
    const silent = types.flatMap(type => [
      ...(type.docs?.summary ? [] : [type.name]),
      ...members(type).filter(member => !member.docs?.summary && !member.overrides).map(member => `${type.name}.${member.name}`),
    ]);
    expect(silent).toEqual([]);
  });

  test('has no union types, which most languages see as untyped', () => {
    expect(types.filter(type => JSON.stringify(type).includes('"union":')).map(type => type.name)).toEqual([]);
  });
});
