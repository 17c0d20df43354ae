"""What reminders change: a zone of made-up people on the real marketplace (`python -m tests.simulation`)."""
