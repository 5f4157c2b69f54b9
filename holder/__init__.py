"""What a learner does, and those they share with."""
