"""What builds and checks the project: run from the repository root, never shipped."""
