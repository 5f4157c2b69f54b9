"""What an institution does: decide, sign, deliver, take back."""
