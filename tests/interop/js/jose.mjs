// Signs and judges compact JWS with the package jose; did:web documents come from files.
// One JSON object a line in, one out: {op, …} → {token|header, claims|error}.
import * as jose from 'jose';
import {createInterface} from 'node:readline';
import {join} from 'node:path';
import {readFileSync} from 'node:fs';

const folder = process.argv[2];
const pairs = new Map();

// did:web:host:a:b → <folder>/host/a/b/did.json, as a web server would lay it out
function resolve(did) {
  const [host, ...path] = did.slice('did:web:'.length).split(':').map(decodeURIComponent);
  const file = join(folder, host, ...(path.length ? path : ['.well-known']), 'did.json');
  const document = JSON.parse(readFileSync(file));
  if(document.id !== did) {
    throw new Error('the document is of another identifier');
  }
  return document;
}

async function keyFor({kid, alg}) {
  const document = resolve(kid.split('#')[0]);
  const method = document.verificationMethod.find(entry => entry.id === kid);
  if(!method || !document.assertionMethod.includes(kid)) {
    throw new Error('no such key for assertions');
  }
  return jose.importJWK(method.publicKeyJwk, alg);
}

const OPERATIONS = {
  async verify({token, jwk, algorithms}) {
    const find = async header => jwk ? jose.importJWK(jwk, header.alg) : keyFor(header);
    const {payload, protectedHeader} = await jose.compactVerify(token, find, {algorithms});
    return {header: protectedHeader, claims: JSON.parse(new TextDecoder().decode(payload))};
  },
  async key({algorithm}) {
    const pair = await jose.generateKeyPair(algorithm, {extractable: true, modulusLength: 2048});
    pairs.set(algorithm, pair);
    return {jwk: await jose.exportJWK(pair.publicKey)};
  },
  async sign({algorithm, header, claims}) {
    const payload = new TextEncoder().encode(JSON.stringify(claims));
    const token = await new jose.CompactSign(payload)
      .setProtectedHeader({alg: algorithm, ...header}).sign(pairs.get(algorithm).privateKey);
    return {token};
  },
  // Processor milliseconds of signing a credential and of checking and reading it.
  async bench({algorithm, claims, rounds}) {
    const spent = before => process.cpuUsage(before).user / 1000 / rounds;
    await OPERATIONS.key({algorithm});
    const {publicKey} = pairs.get(algorithm);
    const make = () => OPERATIONS.sign({algorithm, header: {kid: 'did:example:x#1', typ: 'vc+jwt', cty: 'vc'}, claims});
    const check = async token => JSON.parse(new TextDecoder().decode(
      (await jose.compactVerify(token, publicKey, {algorithms: [algorithm]})).payload));
    let {token} = await make();
    await check(token);
    let before = process.cpuUsage();
    for(let round = 0; round < rounds; round++) {
      ({token} = await make());
    }
    const issue = spent(before);
    before = process.cpuUsage();
    for(let round = 0; round < rounds; round++) {
      await check(token);
    }
    return {issue, verify: spent(before)};
  },
  async thumbprint({jwk}) {
    return {thumbprint: await jose.calculateJwkThumbprint(jwk)};
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const message = JSON.parse(line);
  let answer;
  try {
    answer = await OPERATIONS[message.op](message);
  } catch(error) {
    answer = {error: `${error.code ?? ''} ${error.message}`};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
