"""What a learner keeps: received documents, listed and shown."""
