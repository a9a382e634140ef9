"""A mapping on disk: found, read, locked against a second session, and saved whole."""
