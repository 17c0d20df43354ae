"""What is decided: pure rules of the marketplace, with the standard library and msgspec only."""
