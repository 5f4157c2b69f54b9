// Writes and judges did:webvh logs with the package didwebvh-ts; nothing is fetched.
// One JSON object a line in, one out: {op, …} → {did, log|document|error}.
import {createDID, deactivateDID, prepareDataForSigning, resolveDIDFromLog, updateDID} from 'didwebvh-ts';
import {createPublicKey, generateKeyPairSync, sign, verify} from 'node:crypto';
import {base58btc} from './base58.mjs';
import {createInterface} from 'node:readline';

const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

function pair() {
  const {privateKey, publicKey} = generateKeyPairSync('ed25519');
  const raw = publicKey.export({format: 'der', type: 'spki'}).subarray(-32);
  const multikey = 'z' + base58btc(Buffer.concat([Buffer.from([0xed, 0x01]), raw]));
  return {
    multikey,
    async sign({document, proof}) {
      const data = await prepareDataForSigning(document, proof);
      return {proofValue: 'z' + base58btc(sign(null, data, privateKey))};
    },
    getVerificationMethodId: () => `did:key:${multikey}#${multikey}`
  };
}

const verifier = {
  async verify(signature, message, raw) {
    const key = createPublicKey({key: Buffer.concat([SPKI, Buffer.from(raw)]), format: 'der', type: 'spki'});
    return verify(null, message, key, signature);
  }
};

const OPERATIONS = {
  async history({address, deactivate}) {
    const [first, second] = [pair(), pair()];
    const method = {type: 'Multikey', publicKeyMultibase: first.multikey};
    let made = await createDID({
      address, signer: first, verifier, updateKeys: [first.multikey], verificationMethods: [method],
      created: '2026-01-01T00:00:00Z'
    });
    made = await updateDID({
      log: made.log, signer: first, verifier, updateKeys: [second.multikey], verificationMethods: [method]
    });
    made = await updateDID({log: made.log, signer: second, verifier, verificationMethods: [method]});
    if(deactivate) {
      made = await deactivateDID({log: made.log, signer: second, verifier});
    }
    return {did: made.did, log: made.log, multikey: first.multikey};
  },
  async resolve({log}) {
    const {did, doc, meta} = await resolveDIDFromLog(log, {verifier});
    return {did, document: doc, error: meta?.error};
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
