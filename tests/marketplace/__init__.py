"""Promises of the program: database, log, following, mail, command line."""
