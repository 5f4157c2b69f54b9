// A wallet shaped like the Learner Credential Wallet, with the packages of Digital Bazaar:
// reads an interaction URL, proves a did:key with Ed25519Signature2020 (or eddsa-rdfc-2022) over a
// presentation of the data model 2.0, and verifies what it is handed.
// One JSON object a line in, one out; contexts come from our folder, DID documents from the message.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {createInterface} from 'node:readline';
import {join} from 'node:path';
import {readFileSync} from 'node:fs';

const folder = process.argv[2];
const contexts = new Map();
for(const {address, file} of JSON.parse(readFileSync(join(folder, 'manifest.json'))).contexts) {
  contexts.set(address, JSON.parse(readFileSync(join(folder, file))));
}

function loaderFor(dids) {
  return async url => {
    const did = url.split('#')[0];
    let document = contexts.get(url) ?? dids[url];
    if(!document && dids[did]) {
      document = dids[did].verificationMethod.find(entry => entry.id === url);
      document = document && {'@context': 'https://w3id.org/security/multikey/v1', ...document};
    }
    if(!document) {
      throw new Error(`not at hand: ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document, tag: 'static'};
  };
}

async function fetchJSON(url, message) {
  const headers = {Accept: 'application/json'};
  const options = message === undefined ? {headers} :
    {method: 'POST', headers: {...headers, 'Content-Type': 'application/json'}, body: JSON.stringify(message)};
  const response = await fetch(url, options);
  return {status: response.status, body: await response.json()};
}

async function newKey() {
  const pair = await Ed25519Multikey.generate();
  const {publicKeyMultibase} = await pair.export({publicKey: true});
  pair.controller = `did:key:${publicKeyMultibase}`;
  pair.id = `${pair.controller}#${publicKeyMultibase}`;
  return pair;
}

function proofSuite(name, signer, date) {
  return name === 'Ed25519Signature2020' ?
    new Ed25519Signature2020({signer, date}) : new DataIntegrityProof({signer, date, cryptosuite: eddsaRdfc});
}

// Collects what an interaction URL offers; `suite` proves the key, `version` is the data model's.
async function collect({interaction, suite, date, dids, version = 2.0}) {
  const {protocols} = (await fetchJSON(interaction)).body;
  const {body: {verifiablePresentationRequest: request}} = await fetchJSON(protocols.vcapi, {});
  if(!request.query.some(({type}) => type === 'DIDAuthentication')) {
    throw new Error('not asked to prove a key');
  }
  const {did, ...message} = await prove({request, suite, date, dids, version});
  const answer = await fetchJSON(protocols.vcapi, message);
  const end = await fetchJSON(protocols.vcapi, {});
  return {...answer, did, end: end.body};
}

// Proves a fresh key as a request asks.
async function prove({request, suite = 'Ed25519Signature2020', date, dids = {}, version = 2.0}) {
  const pair = await newKey();
  const verifiablePresentation = await vc.signPresentation({
    presentation: vc.createPresentation({holder: pair.controller, version}),
    suite: proofSuite(suite, pair.signer(), date),
    challenge: request.challenge, domain: request.domain, documentLoader: loaderFor(dids)
  });
  return {verifiablePresentation, did: pair.controller};
}

async function judge({credential, now, dids}) {
  const result = await vc.verifyCredential({
    credential, suite: new DataIntegrityProof({cryptosuite: eddsaRdfc}), documentLoader: loaderFor(dids),
    now: new Date(now), checkStatus: async () => ({verified: true})
  });
  const errors = result.error && [result.error.message, ...(result.error.errors ?? []).map(inner => inner.message)];
  return {verified: result.verified, error: errors?.join(' · ')};
}

const OPERATIONS = {collect, prove, judge};

for await (const line of createInterface({input: process.stdin})) {
  const message = JSON.parse(line);
  let answer;
  try {
    answer = await OPERATIONS[message.op](message);
  } catch(error) {
    answer = {error: `${error.message} ${error.cause ?? ''}`};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
