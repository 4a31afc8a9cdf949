"""One file an image format: what its header says, and whether the file ends where it should."""
