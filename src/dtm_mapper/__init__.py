"""Maps who will use DTM data in a humanitarian response."""

__version__ = "0.1.0"
