// Judges and makes Data Integrity proofs with the packages of Digital Bazaar.
// One JSON object a line in, one out: {op, …} → {verified|document|nquads|error}.
// Contexts come from our contexts/ folder, DID documents from the message: nothing is fetched.
import * as Bls12381Multikey from '@digitalbazaar/bls12-381-multikey';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as bbs from '@digitalbazaar/bbs-2023-cryptosuite';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as rdfCanonize from 'rdf-canonize';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {createInterface} from 'node:readline';
import {join} from 'node:path';
import jsigs from 'jsonld-signatures';
import jsonld from 'jsonld';
import {readFileSync} from 'node:fs';

const folder = process.argv[2];
const contexts = new Map();
for(const {address, file} of JSON.parse(readFileSync(join(folder, 'manifest.json'))).contexts) {
  contexts.set(address, JSON.parse(readFileSync(join(folder, file))));
}

const MULTIKEY = 'https://w3id.org/security/multikey/v1';

function loaderFor(dids = {}) {
  return async function documentLoader(url) {
    let document = contexts.get(url) ?? dids[url];
    const did = url.split('#')[0];
    if(!document && did !== url && dids[did]) {
      const method = dids[did].verificationMethod.find(entry => entry.id === url);
      document = method && {'@context': MULTIKEY, ...method};
    }
    if(!document) {
      throw new Error(`not at hand: ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document, tag: 'static'};
  };
}

const CONVERSION = {
  base: null, safe: true, rdfDirection: 'i18n-datatype', produceGeneralizedRdf: false, documentLoader: loaderFor()
};

const SIGN = {
  'eddsa-rdfc-2022': () => eddsaRdfc,
  'ecdsa-rdfc-2019': () => ecdsaRdfc,
  'eddsa-jcs-2022': () => eddsaJcs.createSignCryptosuite(),
  'ecdsa-jcs-2019': () => ecdsaJcs.createSignCryptosuite(),
  'ecdsa-sd-2023': ({mandatoryPointers}) => ecdsaSd.createSignCryptosuite({mandatoryPointers}),
  'bbs-2023': ({mandatoryPointers}) => bbs.createSignCryptosuite({mandatoryPointers})
};
const VERIFY = {
  ...SIGN,
  'eddsa-jcs-2022': () => eddsaJcs.createVerifyCryptosuite(),
  'ecdsa-jcs-2019': () => ecdsaJcs.createVerifyCryptosuite(),
  'ecdsa-sd-2023': () => ecdsaSd.createVerifyCryptosuite(),
  'bbs-2023': () => bbs.createVerifyCryptosuite()
};
const DISCLOSE = {
  'ecdsa-sd-2023': ecdsaSd.createDiscloseCryptosuite,
  'bbs-2023': bbs.createDiscloseCryptosuite
};

function suitesToVerify(names) {
  return names.map(name => name === 'Ed25519Signature2020' ?
    new Ed25519Signature2020() : new DataIntegrityProof({cryptosuite: VERIFY[name]({})}));
}

const MAKE = {
  Ed25519: () => Ed25519Multikey.generate(),
  Bls12381G2: () => Bls12381Multikey.generateBbsKeyPair({
    algorithm: Bls12381Multikey.ALGORITHMS.BBS_BLS12381_SHA256
  })
};

async function keyPair(kind, controller) {
  const pair = await (MAKE[kind] ?? (() => EcdsaMultikey.generate({curve: kind})))();
  pair.controller = controller ?? `did:key:${(await pair.export({publicKey: true})).publicKeyMultibase}`;
  const {publicKeyMultibase} = await pair.export({publicKey: true});
  pair.id = `${pair.controller}#${publicKeyMultibase}`;
  return pair;
}

const pairs = new Map();

const OPERATIONS = {
  async key({kind}) {
    const pair = await keyPair(kind);
    pairs.set(pair.controller, pair);
    return {controller: pair.controller, verificationMethod: pair.id};
  },

  async sign({document, suite, controller, created, mandatoryPointers = [], challenge, domain, dids}) {
    const signer = pairs.get(controller).signer();
    const proofs = suite === 'Ed25519Signature2020' ?
      new Ed25519Signature2020({signer, date: created}) :
      new DataIntegrityProof({signer, date: created, cryptosuite: SIGN[suite]({mandatoryPointers})});
    const purpose = challenge === undefined ?
      new jsigs.purposes.AssertionProofPurpose() :
      new jsigs.purposes.AuthenticationProofPurpose({challenge, domain});
    return {document: await jsigs.sign(document, {suite: proofs, purpose, documentLoader: loaderFor(dids)})};
  },

  async derive({document, suite = 'ecdsa-sd-2023', selectivePointers, dids}) {
    const cryptosuite = DISCLOSE[suite]({selectivePointers});
    return {document: await jsigs.derive(document, {
      suite: new DataIntegrityProof({cryptosuite}),
      purpose: new jsigs.purposes.AssertionProofPurpose(),
      documentLoader: loaderFor(dids)
    })};
  },

  async verify({document, suites, now, dids}) {
    const result = await vc.verifyCredential({
      credential: document, suite: suitesToVerify(suites), documentLoader: loaderFor(dids), now: new Date(now),
      checkStatus: async () => ({verified: true})
    });
    return {verified: result.verified, error: describe(result.error)};
  },

  async verifyProof({document, suites, dids}) {
    const result = await jsigs.verify(document, {
      suite: suitesToVerify(suites), purpose: new jsigs.purposes.AssertionProofPurpose(),
      documentLoader: loaderFor(dids)
    });
    return {verified: result.verified, error: describe(result.error)};
  },

  async verifyPresentation({document, suites, challenge, domain, now, dids}) {
    const result = await vc.verify({
      presentation: document, suite: suitesToVerify(suites), challenge, domain,
      documentLoader: loaderFor(dids), now: new Date(now), checkStatus: async () => ({verified: true})
    });
    return {verified: result.verified, error: describe(result.error)};
  },

  // the quads as they come from the conversion, and their canonical form with both hashes
  async agree({document}) {
    const quads = await jsonld.toRDF(document, {...CONVERSION, format: 'application/n-quads'});
    const options = {algorithm: 'RDFC-1.0', inputFormat: 'application/n-quads', format: 'application/n-quads'};
    const [sha256, sha384] = await Promise.all(['SHA-256', 'SHA-384'].map(
      messageDigestAlgorithm => rdfCanonize.canonize(quads, {...options, messageDigestAlgorithm})));
    return {quads, sha256, sha384};
  },

  async canonize({document, hash = 'SHA-256'}) {
    const dataset = await jsonld.toRDF(document, CONVERSION);
    return {nquads: await rdfCanonize.canonize(dataset, {
      algorithm: 'RDFC-1.0', format: 'application/n-quads', messageDigestAlgorithm: hash
    })};
  },

  async bench({document, kind, suite, rounds, now, mandatoryPointers = [], selectivePointers = []}) {
    const {controller} = await OPERATIONS.key({kind});
    const unsigned = {...document, issuer: {...document.issuer, id: controller}};
    const documentLoader = loaderFor({[controller]: controllerDocument(controller)});
    const signer = pairs.get(controller).signer();
    const start = () => process.cpuUsage();
    const spent = before => process.cpuUsage(before).user / 1000 / rounds;
    const make = () => vc.issue({
      credential: structuredClone(unsigned), documentLoader, now: new Date(now),
      suite: new DataIntegrityProof({signer, date: now, cryptosuite: SIGN[suite]({mandatoryPointers})})
    });
    const show = credential => !DISCLOSE[suite] ? credential : vc.derive({
      verifiableCredential: credential, documentLoader, suite: new DataIntegrityProof({
        cryptosuite: DISCLOSE[suite]({selectivePointers})
      })
    });
    const judge = credential => vc.verifyCredential({
      credential, suite: suitesToVerify([suite]), documentLoader, now: new Date(now),
      checkStatus: async () => ({verified: true})
    });
    let signed = await make();
    await judge(await show(signed));
    let before = start();
    for(let round = 0; round < rounds; round++) {
      signed = await make();
    }
    const issue = spent(before);
    signed = await show(signed);
    before = start();
    for(let round = 0; round < rounds; round++) {
      const result = await judge(signed);
      if(!result.verified) {
        throw result.error;
      }
    }
    return {issue, verify: spent(before)};
  }
};

function controllerDocument(controller) {
  const multibase = controller.slice('did:key:'.length);
  const id = `${controller}#${multibase}`;
  return {
    '@context': ['https://www.w3.org/ns/did/v1', MULTIKEY], id: controller,
    verificationMethod: [{id, type: 'Multikey', controller, publicKeyMultibase: multibase}],
    assertionMethod: [id], authentication: [id]
  };
}

function describe(error) {
  return error && [error.message, ...(error.errors ?? []).map(inner => inner.message)].join(' · ');
}

for await (const line of createInterface({input: process.stdin})) {
  const message = JSON.parse(line);
  let answer;
  try {
    answer = await OPERATIONS[message.op](message);
  } catch(error) {
    answer = {error: describe(error) ?? String(error)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
