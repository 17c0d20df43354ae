"""What the program does: use cases, the event log, following, mail, settings and the command line."""
