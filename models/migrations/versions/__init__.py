"""The acts, in order."""
