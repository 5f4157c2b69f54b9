"""Bytes into a proof, or a proof into yes or no: one module per specification."""
