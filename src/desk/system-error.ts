import { getSystemErrorMap } from 'util';

/** Where the system's own words say too little. */
const WORDS: { readonly [code: string]: string } = {
  EISDIR: 'a file is required, and this is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  // Of a directory that should be made.
  EEXIST: 'a part of its path is not a directory',
};

/** Why the system refused a file or a program, in words: `no such file or directory`, without codes and calls. */
export function systemReason(error: unknown): string {
  const { code = '', errno, message } = error as NodeJS.ErrnoException;
  return WORDS[code] ?? (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}
