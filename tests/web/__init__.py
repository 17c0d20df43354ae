"""What people and programs see: pages, forms, the API, over real HTTP on a real database."""
