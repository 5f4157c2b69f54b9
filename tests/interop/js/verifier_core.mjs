// Judges credentials and presentations with the verifier of the Learner Credential Wallet.
// It fetches DID documents, status lists and registries itself; what is not on https://localhost is refused,
// or answered from `pages` (address → JSON), and remembered as asked.
// One JSON object a line in, one out: {op, …} → {steps, errors, issuers, unchecked, schemas, asked}.
import {createInterface} from 'node:readline';

console.log = console.error; // the standard output is ours

const network = globalThis.fetch;
const asked = [];
let pages = {};
globalThis.fetch = async function fetch(resource, options) {
  const url = String(resource.url ?? resource);
  asked.push(url);
  if(url in pages) {
    return new Response(JSON.stringify(pages[url]), {headers: {'content-type': 'application/json'}});
  }
  if(new URL(url).hostname !== 'localhost') {
    throw new TypeError(`not asked in a test: ${url}`);
  }
  return network(resource, options);
};
const {verifyCredential, verifyPresentation} = await import('@digitalcredentials/verifier-core');

function told(result) {
  const log = result.log ?? [];
  const registry = log.find(entry => entry.id === 'registered_issuer');
  return {
    steps: Object.fromEntries(log.map(({id, valid, error}) => [id, error ? error.name : valid])),
    errors: (result.errors ?? []).map(({name}) => name),
    issuers: (registry?.matchingIssuers ?? []).map(({issuer}) => issuer.federation_entity.organization_name),
    unchecked: (registry?.uncheckedRegistries ?? []).map(({name}) => name),
    schemas: (result.additionalInformation ?? []).flatMap(({results}) => Array.isArray(results) ? results : [])
      .map(({schema, result: {valid, errors}}) => ({schema, valid, errors}))
  };
}

const OPERATIONS = {
  async credential({credential, registries}) {
    return told(await verifyCredential({credential, knownDIDRegistries: registries}));
  },
  async presentation({presentation, challenge, registries}) {
    const result = await verifyPresentation({presentation, challenge, knownDIDRegistries: registries});
    return {
      signature: result.presentationResult?.signature,
      errors: (result.errors ?? []).map(({name}) => name),
      credentials: (result.credentialResults ?? []).map(told)
    };
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const message = JSON.parse(line);
  let answer;
  pages = message.pages ?? {};
  asked.length = 0;
  try {
    answer = await OPERATIONS[message.op](message);
  } catch(error) {
    answer = {error: error.stack};
  }
  process.stdout.write(JSON.stringify({...answer, asked}) + '\n');
}
