"""Benchmarks: ratios to what the libraries cost by themselves, measured in the same run."""
