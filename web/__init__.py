"""What people see: pages, the interface for programs, and everything that stands between a browser and a use case."""
