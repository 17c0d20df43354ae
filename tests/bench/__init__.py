"""Benchmarks: what the program costs, each figure beside what this machine costs at best (`make bench`)."""
