"""Hand credentials to wallets that are not ours (R90, R95)."""
