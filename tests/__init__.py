"""Every promise of the project, as sentences that run."""
