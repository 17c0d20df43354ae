"""What the decisions promise."""
