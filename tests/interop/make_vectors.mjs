// Makes the project's own vectors with implementations that are not ours:
//
//   node tests/interop/make_vectors.mjs [folder]        (tests/vectors/own by itself)
//
// Keys come from labels and nothing is left to chance, so each run writes the same bytes.
// tests/vectors/test_own.py proves them against our code without Node.
import {bytes, privateJwk} from './js/fixed_randomness.mjs';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as jose from 'jose';
import * as rdfCanonize from 'rdf-canonize';
import {createHash} from 'node:crypto';
import {dirname, join} from 'node:path';
import {ES256Signer, EdDSASigner} from 'did-jwt';
import {createList} from '@digitalcredentials/vc-bitstring-status-list';
import {createVerifiableCredentialJwt, createVerifiablePresentationJwt} from 'did-jwt-vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {fileURLToPath} from 'node:url';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import {StatusList, createHeaderAndPayload} from '@sd-jwt/jwt-status-list';
import jsigs from 'jsonld-signatures';
import jsonld from 'jsonld';

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(here, '..', 'vectors', 'own');
const contexts = join(here, '..', '..', 'contexts');
const MADE = '2026-05-31T12:00:00Z';
const AT = Date.parse(MADE) / 1000;
const AUDIENCE = {challenge: 'n-0S6_WzA2Mj', domain: 'https://employer.example'};
const V1 = 'https://www.w3.org/2018/credentials/v1';
const V2 = 'https://www.w3.org/ns/credentials/v2';
const OB = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json';
const CLR = 'https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json';
const ED2020 = 'https://w3id.org/security/suites/ed25519-2020/v1';
const INTEGRITY = 'https://w3id.org/security/data-integrity/v2';
const LIST = 'https://registrar.parchemin.example/status/1';

// --- what is asked for stands in our folder of contexts, or is a did:key --------------------------
const known = new Map(JSON.parse(readFileSync(join(contexts, 'manifest.json'))).contexts
  .map(({address, file}) => [address, JSON.parse(readFileSync(join(contexts, file)))]));

function controllerOf(did) {
  const publicKeyMultibase = did.slice('did:key:'.length);
  const id = `${did}#${publicKeyMultibase}`;
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'], id: did,
    verificationMethod: [{id, type: 'Multikey', controller: did, publicKeyMultibase}],
    assertionMethod: [id], authentication: [id]
  };
}

async function documentLoader(url) {
  let document = known.get(url);
  if(!document && url.startsWith('did:key:')) {
    document = controllerOf(url.split('#')[0]);
    if(url.includes('#')) {
      document = {'@context': 'https://w3id.org/security/multikey/v1', ...document.verificationMethod[0]};
    }
  }
  if(!document) {
    throw new Error(`not at hand: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document, tag: 'static'};
}

// --- keys -------------------------------------------------------------------------------------------
async function keyOf(kind, label) {
  const pair = kind === 'Ed25519' ?
    await Ed25519Multikey.generate({seed: bytes(32, label)}) :
    await EcdsaMultikey.fromJwk({jwk: privateJwk(kind, label), secretKey: true});
  const {publicKeyMultibase} = await pair.export({publicKey: true});
  pair.controller = `did:key:${publicKeyMultibase}`;
  pair.id = `${pair.controller}#${publicKeyMultibase}`;
  const secret = kind === 'Ed25519' ?
    Buffer.from(bytes(32, label)) : Buffer.from(privateJwk(kind, label).d, 'base64url');
  return {kind, label, pair, did: pair.controller, kid: pair.id, secret: secret.toString('hex')};
}

const keys = {
  issuer: await keyOf('Ed25519', 'issuer'), holder: await keyOf('Ed25519', 'holder'),
  p256: await keyOf('P-256', 'p256'), p384: await keyOf('P-384', 'p384'), holderP256: await keyOf('P-256', 'holder p256')
};

async function joseKey({kind, label, secret, pair}) {
  if(kind !== 'Ed25519') {
    return jose.importJWK(privateJwk(kind, label), `ES${kind.slice(2)}`);
  }
  const {publicKey} = await pair.export({publicKey: true, raw: true});
  const [x, d] = [publicKey, Buffer.from(secret, 'hex')].map(part => Buffer.from(part).toString('base64url'));
  return jose.importJWK({kty: 'OKP', crv: 'Ed25519', x, d}, 'EdDSA');
}

// --- documents --------------------------------------------------------------------------------------
const urn = number => `urn:uuid:00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

function badge(issuer, number = 1, more = {}) {
  return {
    '@context': [V2, OB], id: urn(number * 100), type: ['VerifiableCredential', 'OpenBadgeCredential'],
    issuer: {id: issuer, type: ['Profile'], name: 'Université de l’Érable'},
    validFrom: MADE, validUntil: '2031-05-31T12:00:00Z', name: 'Hydrologie nordique',
    credentialSubject: {
      id: urn(number * 100 + 1), type: ['AchievementSubject'], creditsEarned: 3.5,
      achievement: {
        id: urn(number * 100 + 2), type: ['Achievement'], name: 'Hydrologie « nordique » 🌊',
        description: 'Un cours.\nDeux lignes et un \\.', tag: ['eau', 'nord', 'eau douce'],
        criteria: {id: urn(number * 100 + 3), narrative: 'Réussir l\'examen et le "stage".'}
      },
      result: [
        {id: urn(number * 100 + 4), type: ['Result'], value: 'A+'},
        {id: urn(number * 100 + 5), type: ['Result'], value: 'Distinction'}
      ]
    },
    evidence: [{type: ['Evidence'], name: 'Rapport'}, {type: ['Evidence'], name: 'Affiche'}],
    ...more
  };
}

function older(issuer, more = {}) {
  return {
    '@context': [V1], id: urn(900), type: ['VerifiableCredential'], issuer, issuanceDate: MADE,
    expirationDate: '2031-05-31T12:00:00Z', credentialSubject: {id: keys.holder.did}, ...more
  };
}

const presentation = (holder, inside) => ({
  '@context': [V2], id: urn(800), type: ['VerifiablePresentation'], holder, verifiableCredential: inside
});

// --- Data Integrity -----------------------------------------------------------------------------------
const SUITES = {
  'eddsa-rdfc-2022': () => eddsaRdfc, 'ecdsa-rdfc-2019': () => ecdsaRdfc,
  'eddsa-jcs-2022': () => eddsaJcs.createSignCryptosuite(), 'ecdsa-jcs-2019': () => ecdsaJcs.createSignCryptosuite(),
  'ecdsa-sd-2023': options => ecdsaSd.createSignCryptosuite(options)
};

async function signed(document, {key = keys.issuer, suite = 'eddsa-rdfc-2022', purpose, ...options} = {}) {
  const signer = key.pair.signer();
  const made = suite === 'Ed25519Signature2020' ? new Ed25519Signature2020({signer, date: MADE}) :
    new DataIntegrityProof({signer, date: MADE, cryptosuite: SUITES[suite](options)});
  return jsigs.sign(structuredClone(document), {
    suite: made, purpose: purpose ?? new jsigs.purposes.AssertionProofPurpose(), documentLoader
  });
}

async function dataIntegrity() {
  const {issuer, holder, p256, p384} = keys;
  const cases = [];
  const add = async (name, document, {key = issuer, suite = 'eddsa-rdfc-2022', ...options} = {}) =>
    cases.push({name, suite, key: Object.keys(keys).find(one => keys[one] === key),
      document: await signed(document, {key, suite, ...options})});
  for(const [suite, key] of [['eddsa-rdfc-2022', issuer], ['eddsa-jcs-2022', issuer], ['Ed25519Signature2020', issuer],
    ['ecdsa-rdfc-2019', p256], ['ecdsa-jcs-2019', p256], ['ecdsa-rdfc-2019', p384], ['ecdsa-jcs-2019', p384]]) {
    const contextsOf = suite === 'Ed25519Signature2020' ? [V2, OB, ED2020] : [V2, OB];
    await add(`a badge, ${suite}, ${key.kind}`, badge(key.did, 1, {'@context': contextsOf}), {key, suite});
  }
  await add('the older model', older(issuer.did, {'@context': [V1, INTEGRITY]}));
  await add('the older model, Ed25519Signature2020', older(issuer.did, {'@context': [V1, ED2020]}),
    {suite: 'Ed25519Signature2020'});
  const courses = [await signed(badge(issuer.did, 2)), await signed(badge(issuer.did, 3))];
  await add('a record of two signed courses', {
    '@context': [V2, OB, CLR], id: urn(700), type: ['VerifiableCredential', 'ClrCredential'],
    issuer: {id: issuer.did, type: ['Profile'], name: 'Université de l’Érable'}, validFrom: MADE, name: 'Relevé',
    credentialSubject: {id: urn(701), type: ['ClrSubject'], verifiableCredential: courses}
  });
  await add('texts with language and direction', {
    '@context': [V2], id: urn(600), type: ['VerifiableCredential'], issuer: issuer.did, validFrom: MADE,
    name: [{'@value': 'علم', '@language': 'ar', '@direction': 'rtl'}, {'@value': 'Savoir', '@language': 'fr-CA'}],
    credentialSubject: {id: urn(601)}
  });
  const list = await createList({length: 131072});
  [0, 7, 8, 94567, 131071].forEach(index => list.setStatus(index, true));
  await add('a bitstring status list', {
    '@context': [V2], id: LIST, type: ['VerifiableCredential', 'BitstringStatusListCredential'], issuer: issuer.did,
    validFrom: MADE, credentialSubject: {
      id: `${LIST}#list`, type: 'BitstringStatusList', statusPurpose: 'revocation', encodedList: await list.encode()
    }
  });
  await add('a presentation', presentation(holder.did, [await signed(badge(issuer.did))]),
    {key: holder, purpose: new jsigs.purposes.AuthenticationProofPurpose(AUDIENCE)});
  return {set_bits: [0, 7, 8, 94567, 131071], audience: AUDIENCE, cases};
}

async function selectiveDisclosure() {
  const mandatoryPointers = ['/issuer', '/validFrom', '/validUntil'];
  const selections = [[], ['/credentialSubject/achievement/name'],
    ['/credentialSubject/result/1/value', '/evidence/1', '/credentialSubject/achievement/tag/2']];
  const base = await signed(badge(keys.p256.did), {key: keys.p256, suite: 'ecdsa-sd-2023', mandatoryPointers});
  const derived = [];
  for(const selectivePointers of selections) {
    const cryptosuite = ecdsaSd.createDiscloseCryptosuite({selectivePointers});
    derived.push({selectivePointers, document: await jsigs.derive(structuredClone(base), {
      suite: new DataIntegrityProof({cryptosuite}), documentLoader,
      purpose: new jsigs.purposes.AssertionProofPurpose()
    })});
  }
  return {mandatoryPointers, base, derived};
}

// --- canonical forms -----------------------------------------------------------------------------------
async function canonical({cases}) {
  const forms = [];
  for(const {name, document: {proof, ...document}} of cases) {
    if(!/badge, eddsa-rdfc|older model$|record|language|presentation/.test(name)) {
      continue;
    }
    const quads = await jsonld.toRDF(document, {
      base: null, safe: true, rdfDirection: 'i18n-datatype', produceGeneralizedRdf: false, documentLoader,
      format: 'application/n-quads'
    });
    const options = {algorithm: 'RDFC-1.0', inputFormat: 'application/n-quads', format: 'application/n-quads'};
    const of = messageDigestAlgorithm => rdfCanonize.canonize(quads, {...options, messageDigestAlgorithm});
    const digest = (hash, text) => createHash(hash).update(text).digest('hex');
    const form = await of('SHA-256');
    forms.push({name, document, nquads: form, sha256: digest('sha256', form),
      sha384: digest('sha384', await of('SHA-384'))});
  }
  return {forms};
}

// --- tokens --------------------------------------------------------------------------------------------
async function compact(key, header, claims) {
  const alg = {'P-256': 'ES256', 'P-384': 'ES384', Ed25519: 'EdDSA'}[key.kind];
  return new jose.CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({alg, kid: key.kid, ...header}).sign(await joseKey(key));
}

const partyOf = ({kind, did, secret}) => {
  const key = Uint8Array.from(Buffer.from(secret, 'hex'));
  return kind === 'Ed25519' ? {did, alg: 'EdDSA', signer: EdDSASigner(key)} : {did, alg: 'ES256', signer: ES256Signer(key)};
};

async function tokens() {
  const {issuer, p256, p384, holderP256} = keys;
  const cases = [];
  for(const key of [issuer, p256, p384]) {
    const token = await compact(key, {typ: 'vc+jwt', cty: 'vc'}, badge(key.did));
    cases.push({name: `a badge as vc+jwt, ${key.kind}`, by: 'jose', media: 'vc+jwt', issuer: key.did, token});
  }
  const inside = {
    '@context': V2, id: `data:application/vc+jwt,${cases[1].token}`, type: 'EnvelopedVerifiableCredential'
  };
  cases.push({
    name: 'a presentation as vp+jwt', by: 'jose', media: 'vp+jwt', issuer: holderP256.did,
    token: await compact(holderP256, {typ: 'vp+jwt', cty: 'vp'}, {
      ...presentation(holderP256.did, [inside]), aud: AUDIENCE.domain, nonce: AUDIENCE.challenge, iat: AT
    })
  });
  const open = badge(p256.did);
  cases.push({
    name: 'a badge by the rules of 1EdTech', by: 'jose', media: 'open_badge', issuer: p256.did,
    token: await compact(p256, {typ: 'JWT'}, {
      ...open, iss: p256.did, sub: open.credentialSubject.id, jti: open.id, nbf: AT, exp: Date.parse(open.validUntil) / 1000
    })
  });
  for(const key of [issuer, p256]) {
    const credential = older(key.did, {credentialSubject: {id: holderP256.did, degree: 'Baccalauréat'}});
    const token = await createVerifiableCredentialJwt(credential, partyOf(key), {header: {kid: key.kid}});
    cases.push({name: `the older model as a token, ${key.kind}`, by: 'did-jwt-vc', media: 'jwt_vc', issuer: key.did, token});
  }
  cases.push({
    name: 'a presentation of the older model', by: 'did-jwt-vc', media: 'jwt_vp', issuer: holderP256.did,
    token: await createVerifiablePresentationJwt(
      {'@context': [V1], type: ['VerifiablePresentation'], verifiableCredential: [cases.at(-1).token]},
      partyOf(holderP256), AUDIENCE)
  });
  return {audience: AUDIENCE, cases};
}

// --- SD-JWT VC and token status lists --------------------------------------------------------------------
async function disclosures() {
  const hasher = (data, algorithm) =>
    new Uint8Array(createHash(algorithm.replace('-', '')).update(Buffer.from(data)).digest());
  const sdJwt = new SDJwtVcInstance({
    hasher, hashAlg: 'sha-256', saltGenerator: () => Buffer.from(bytes(16)).toString('base64url'),
    signer: ES256Signer(Uint8Array.from(Buffer.from(keys.p256.secret, 'hex'))), signAlg: 'ES256',
    kbSigner: ES256Signer(Uint8Array.from(Buffer.from(keys.holderP256.secret, 'hex'))), kbSignAlg: 'ES256'
  });
  const {d, ...jwk} = privateJwk('P-256', 'holder p256');
  const issued = await sdJwt.issue({
    iss: keys.p256.did, iat: AT, vct: 'https://registrar.parchemin.example/types/transcript', cnf: {jwk},
    degree: 'Baccalauréat 🎓', terms: [{name: 'Automne', grade: 'A'}, {name: 'Hiver', grade: 'C'}]
  }, {
    _sd: ['degree'], _sd_decoy: 2, terms: {_sd: [0, 1], 0: {_sd: ['grade']}, 1: {_sd: ['grade']}}
  }, {header: {kid: keys.p256.kid}});
  const presented = await sdJwt.present(issued, {terms: {1: true}}, {
    kb: {payload: {aud: AUDIENCE.domain, nonce: AUDIENCE.challenge, iat: AT}}
  });
  return {audience: AUDIENCE, issued, presented, shown: [{name: 'Hiver'}],
    all: {degree: 'Baccalauréat 🎓', terms: [{name: 'Automne', grade: 'A'}, {name: 'Hiver', grade: 'C'}]}};
}

async function statusLists() {
  const uri = 'https://registrar.parchemin.example/token-status/1';
  const cases = [];
  for(const bits of [1, 2, 4, 8]) {
    const values = Array.from({length: 40}, (_, place) => (place * 7 + place % 3) % (1 << bits));
    const {header, payload} = createHeaderAndPayload(
      new StatusList(values, bits), {sub: uri, iat: AT, exp: AT + 86400, ttl: 300}, {alg: 'ES256', kid: keys.p256.kid});
    const {alg, ...rest} = header;
    cases.push({bits, values, token: await compact(keys.p256, rest, payload)});
  }
  return {uri, issuer: keys.p256.did, cases};
}

// --- files -------------------------------------------------------------------------------------------------
function write(name, content) {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(content, null, 1) + '\n');
}

mkdirSync(folder, {recursive: true});
const integrity = await dataIntegrity();
write('keys', {made: MADE, keys: Object.fromEntries(
  Object.entries(keys).map(([name, {kind, did, kid, secret}]) => [name, {kind, did, kid, secret}]))});
write('data_integrity', integrity);
write('canonical', await canonical(integrity));
write('ecdsa_sd', await selectiveDisclosure());
write('tokens', await tokens());
write('sd_jwt', await disclosures());
write('status', await statusLists());
