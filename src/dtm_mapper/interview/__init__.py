"""The interview: walks an operator through the catalogue and records a mapping."""
