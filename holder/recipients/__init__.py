"""What those see whom a learner shares with (R60-R62)."""
