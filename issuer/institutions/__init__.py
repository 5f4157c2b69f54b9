"""An institution's profile, DID, branding and rules (R80)."""
