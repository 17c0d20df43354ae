"""The parts of the isolation proof: every way into a site, who comes, what is looked for, which guard goes."""
