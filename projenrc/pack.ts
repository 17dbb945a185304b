/**
 * Packs the program of the nodes into one file that unpacks and runs itself: pack.ts INFILE OUTFILE
 *
 * `kubectl apply` keeps a copy of a ConfigMap in an annotation of limited size, and etcd a copy of every version of it. By a library that is
 * JavaScript, as the bytes decide the ConfigMap's name: zlib's differ between versions and processors.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'fflate';

const [infile = '', outfile = ''] = process.argv.slice(2);
const packed = Buffer.from(gzipSync(readFileSync(infile), { level: 9, mtime: 0 })).toString('base64');
writeFileSync(outfile, [
  '// Packed (gzip, base64). To read it: sed -n "s/.*from(.\\([^.]*\\)., .base64.*/\\1/p" program.js | base64 -d | gunzip',
  `const text = require('node:zlib').gunzipSync(Buffer.from('${packed}', 'base64')).toString();`,
  'module._compile(text, __filename);',
  '',
].join('\n'));
