"""The read models: what people look up."""
