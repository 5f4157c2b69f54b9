"""What the issuer publishes: DID documents, status lists, schemas, contexts, the trust list."""
