// Verifies and writes VCDM 1.1 credentials and presentations as JWT with did-jwt-vc.
// did:key is resolved by key-did-resolver, did:web by web-did-resolver over https.
// One JSON object a line in, one out: {op, …} → {token|did|credential|error}.
import {ES256Signer, EdDSASigner} from 'did-jwt';
import {
  createVerifiableCredentialJwt, createVerifiablePresentationJwt, verifyCredential, verifyPresentation
} from 'did-jwt-vc';
import {Resolver} from 'did-resolver';
import {createInterface} from 'node:readline';
import {getResolver as keyResolver} from 'key-did-resolver';
import {getResolver as webResolver} from 'web-did-resolver';

const resolver = new Resolver({...keyResolver(), ...webResolver()});

// key: {alg, did, secret in hex, kid}; without kid the header names no key, as the package does by itself
function partyOf({alg, did, secret}) {
  const bytes = Uint8Array.from(Buffer.from(secret, 'hex'));
  return {did, alg, signer: alg === 'EdDSA' ? EdDSASigner(bytes) : ES256Signer(bytes)};
}

function optionsOf({kid}, more = {}) {
  return {...more, header: kid === undefined ? {} : {kid}};
}

const OPERATIONS = {
  async issue({credential, key}) {
    return {token: await createVerifiableCredentialJwt(credential, partyOf(key), optionsOf(key))};
  },
  async present({presentation, key, challenge, domain}) {
    const options = optionsOf(key, {challenge, domain});
    return {token: await createVerifiablePresentationJwt(presentation, partyOf(key), options)};
  },
  async verify({token, now}) {
    const {verifiableCredential, issuer} = await verifyCredential(token, resolver, {policies: {now}});
    return {issuer, credential: verifiableCredential};
  },
  async verifyPresentation({token, challenge, domain, now}) {
    const answer = await verifyPresentation(token, resolver, {challenge, domain, policies: {now}});
    const inside = await Promise.all(answer.verifiablePresentation.verifiableCredential.map(
      credential => verifyCredential(credential.proof.jwt, resolver, {policies: {now}})));
    return {holder: answer.verifiablePresentation.holder, credentials: inside.map(one => one.verifiableCredential)};
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const message = JSON.parse(line);
  let answer;
  try {
    answer = await OPERATIONS[message.op](message);
  } catch(error) {
    answer = {error: error.message};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
