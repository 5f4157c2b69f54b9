"""What happened to documents and shares (R52)."""
