"""What people look up: one module per read model, with its rows, its tables, what events change and its queries."""
