"""The demonstration: two neighbouring zones, a year of their history, and six people to sign in as; all invented."""
