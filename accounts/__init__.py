"""People who sign in: who they are, their sessions and factors."""
