// Signs and judges COSE_Sign1 messages with the package cborg and Node's own cryptography.
// One JSON object a line in, one out: {op, …} → {message|headers, payload|error}; bytes are hexadecimal.
import * as cborg from 'cborg';
import {createPublicKey, generateKeyPairSync, sign, verify} from 'node:crypto';
import {createInterface} from 'node:readline';

const NAMES = {ES256: [-7, 'P-256', 'sha256'], ES384: [-35, 'P-384', 'sha384'], ES512: [-36, 'P-521', 'sha512'], EdDSA: [-8]};
const pairs = Object.fromEntries(Object.entries(NAMES).map(([name, [, curve]]) =>
  [name, curve ? generateKeyPairSync('ec', {namedCurve: curve}) : generateKeyPairSync('ed25519')]));
const tags = [];
tags[18] = value => value;
const read = bytes => cborg.decode(bytes, {useMaps: true, strict: true, allowIndefinite: false, rejectDuplicateMapKeys: true, tags});
const toBeSigned = (headers, payload) => cborg.encode(['Signature1', headers, new Uint8Array(), payload]);
const hashOf = label => Object.values(NAMES).find(entry => entry[0] === label)?.[2] ?? null;

const OPERATIONS = {
  key({algorithm}) {
    return {jwk: pairs[algorithm].publicKey.export({format: 'jwk'})};
  },
  sign({algorithm, kid, typ, payload, encoding, tagged}) {
    const labels = new Map([[1, NAMES[algorithm][0]], [4, Buffer.from(kid)], [16, typ]]);
    const headers = cborg.encode(labels);
    const content = Buffer.from(payload, encoding ?? 'utf8');
    const key = {key: pairs[algorithm].privateKey, dsaEncoding: 'ieee-p1363'};
    const signature = sign(hashOf(NAMES[algorithm][0]), toBeSigned(headers, content), key);
    const message = cborg.encode([headers, new Map(), content, signature]);
    return {message: (tagged ? 'd2' : '') + Buffer.from(message).toString('hex')};
  },
  verify({message, jwk}) {
    const [headers, , payload, signature] = read(Buffer.from(message, 'hex'));
    const labels = read(headers);
    const key = {key: createPublicKey({key: jwk, format: 'jwk'}), dsaEncoding: 'ieee-p1363'};
    if(!verify(hashOf(labels.get(1)), toBeSigned(headers, payload), key, signature)) {
      throw new Error('bad signature');
    }
    const text = value => value instanceof Uint8Array ? Buffer.from(value).toString() : value;
    return {
      headers: Object.fromEntries([...labels].map(([label, value]) => [String(label), text(value)])),
      payload: Buffer.from(payload).toString()
    };
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const message = JSON.parse(line);
  let answer;
  try {
    answer = OPERATIONS[message.op](message);
  } catch(error) {
    answer = {error: String(error.message)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
