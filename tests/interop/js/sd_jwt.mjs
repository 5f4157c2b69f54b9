// Issues, presents and judges SD-JWT VCs with the package @sd-jwt/sd-jwt-vc, ES256.
// One JSON object a line in, one out: {op, …} → {token|payload|error}.
import {createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, verify} from 'node:crypto';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import {createInterface} from 'node:readline';

const pairs = {issuer: generateKeyPairSync('ec', {namedCurve: 'P-256'}), holder: generateKeyPairSync('ec', {namedCurve: 'P-256'})};
const hasher = (data, algorithm) =>
  new Uint8Array(createHash(algorithm.replace('-', '')).update(Buffer.from(data)).digest());
const signWith = key => async data =>
  sign('sha256', Buffer.from(data), {key, dsaEncoding: 'ieee-p1363'}).toString('base64url');
const verifyWith = key => async (data, signature) =>
  verify('sha256', Buffer.from(data), {key, dsaEncoding: 'ieee-p1363'}, Buffer.from(signature, 'base64url'));
const load = jwk => createPublicKey({key: jwk, format: 'jwk'});

// lists and types answer for the network: {address: text}.
function instance({issuer, holder, holderPrivate, lists, types}) {
  const answer = map => async address => {
    if(!map?.[address]) { throw new Error(`nothing at ${address}`); }
    return map[address];
  };
  return new SDJwtVcInstance({
    hasher, hashAlg: 'sha-256', saltGenerator: length => randomBytes(length).toString('base64url'),
    signer: signWith(pairs.issuer.privateKey), signAlg: 'ES256',
    verifier: verifyWith(issuer ? load(issuer) : pairs.issuer.publicKey),
    kbSigner: signWith(holderPrivate ? createPrivateKey({key: holderPrivate, format: 'jwk'}) : pairs.holder.privateKey),
    kbSignAlg: 'ES256', kbVerifier: verifyWith(holder ? load(holder) : pairs.holder.publicKey),
    statusListFetcher: answer(lists), vctFetcher: answer(types), loadTypeMetadataFormat: Boolean(types)
  });
}

const OPERATIONS = {
  async keys() {
    return {
      issuer: pairs.issuer.publicKey.export({format: 'jwk'}), holder: pairs.holder.publicKey.export({format: 'jwk'})
    };
  },
  async issue({claims, frame, header}) {
    return {token: await instance({}).issue(claims, frame, {header})};
  },
  async present({token, frame, audience, nonce, iat}) {
    const kb = {payload: {aud: audience, nonce, iat}};
    return {token: await instance({}).present(token, frame, {kb})};
  },
  // Processor milliseconds of issuing and of verifying, both without key binding.
  async bench({claims, frame, header, rounds, now}) {
    const spent = before => process.cpuUsage(before).user / 1000 / rounds;
    const one = instance({});
    let token = await one.issue(claims, frame, {header});
    await one.verify(token, {currentDate: now});
    let before = process.cpuUsage();
    for(let round = 0; round < rounds; round++) {
      token = await one.issue(claims, frame, {header});
    }
    const issue = spent(before);
    before = process.cpuUsage();
    for(let round = 0; round < rounds; round++) {
      await one.verify(token, {currentDate: now});
    }
    return {issue, verify: spent(before)};
  },
  async verify({token, issuer, holder, nonce, now, lists, types}) {
    const {payload, kb, typeMetadata} = await instance({issuer, holder, lists, types})
      .verify(token, {keyBindingNonce: nonce, currentDate: now});
    return {payload, kb: kb?.payload, typeMetadata};
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const message = JSON.parse(line);
  let answer;
  try {
    answer = await OPERATIONS[message.op](message);
  } catch(error) {
    answer = {error: String(error.message)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
