"""From an award to signed credentials, and back out of force."""
