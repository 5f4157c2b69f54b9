// Takes the chance out of WebCrypto, so that vectors are made again to the byte: random bytes and EC keys come
// from a counter, ECDSA signatures from RFC 6979. To be imported before anything that signs. For vectors alone.
import {createHash, webcrypto} from 'node:crypto';
import {p256} from '@noble/curves/p256';
import {p384} from '@noble/curves/p384';

const CURVES = {'P-256': {curve: p256, hash: 'sha256'}, 'P-384': {curve: p384, hash: 'sha384'}};
const subtle = Object.getPrototypeOf(webcrypto.subtle);
const {sign, importKey, generateKey} = subtle;
const secrets = new WeakMap();
let counter = 0;

export function bytes(length, label = `drawn ${counter++}`) {
  const found = [];
  for(let block = 0; found.length < length; block++) {
    found.push(...createHash('sha256').update(`parchemin own vectors: ${label}, ${block}`).digest());
  }
  return Uint8Array.from(found.slice(0, length));
}

// the private JWK of a label; a leading zero bit keeps the number under the order of the curve
export function privateJwk(crv, label) {
  const {curve} = CURVES[crv];
  const secret = bytes(curve.CURVE.nByteLength, label);
  secret[0] &= 0x7f;
  const point = curve.getPublicKey(secret, false);
  const size = secret.length;
  const text = part => Buffer.from(part).toString('base64url');
  return {kty: 'EC', crv, x: text(point.slice(1, 1 + size)), y: text(point.slice(1 + size)), d: text(secret)};
}

Object.getPrototypeOf(webcrypto).getRandomValues = function getRandomValues(array) {
  array.set(bytes(array.byteLength));
  return array;
};

subtle.importKey = async function(format, data, algorithm, extractable, usages) {
  const key = await importKey.call(this, format, data, algorithm, extractable, usages);
  if(key.algorithm.name === 'ECDSA' && key.type === 'private') {
    const open = await importKey.call(this, format, data, algorithm, true, usages);
    const {d} = await this.exportKey('jwk', open);
    secrets.set(key, new Uint8Array(Buffer.from(d, 'base64url')));
  }
  return key;
};

subtle.generateKey = async function(algorithm, extractable, usages) {
  if(algorithm.name !== 'ECDSA') {
    return generateKey.call(this, algorithm, extractable, usages);
  }
  const jwk = privateJwk(algorithm.namedCurve, `drawn ${counter++}`);
  const {d, ...open} = jwk;
  return {
    privateKey: await this.importKey('jwk', {...open, d}, algorithm, extractable, ['sign']),
    publicKey: await this.importKey('jwk', open, algorithm, true, ['verify'])
  };
};

subtle.sign = async function(algorithm, key, data) {
  if(key.algorithm.name !== 'ECDSA') {
    return sign.call(this, algorithm, key, data);
  }
  const {curve, hash} = CURVES[key.algorithm.namedCurve];
  const digest = createHash(hash).update(data).digest();
  const signature = curve.sign(digest, secrets.get(key), {prehash: false, lowS: false});
  return Uint8Array.from(signature.toCompactRawBytes()).buffer;
};
